// Questions that only the console asks, because no operation of the API answers them: each goes the way of a call of the
// operation that tells the same kind of thing, with its permission, its limit and its line in the access log.

import type { Static, TObject } from 'typebox';
import type { EdgeReply, EdgeRequest, Services } from '../edge.ts';
import { decode } from '../rpc/decode.ts';
import type { Call, Operation, ResourceOf } from '../rpc/operation.ts';
import { type CallServices, formOf, formRequest } from './calls.ts';
import { jsonReply } from './replies.ts';
import { questionBody, readBody } from './request-body.ts';
import type { Session } from './sessions.ts';

interface QuestionDeclaration<Request extends TObject> {
  /** The operation whose permission it needs. */
  readonly like: Operation;
  /** What permission is asked for; left out: for all the product holds. */
  readonly resource?: ResourceOf;
  /** Wire parameters, as of an operation. */
  readonly request: Request;
  readonly handle: (request: Static<Request>, call: Call, services: Services) => object | Promise<object>;
}

/** Something the console asks; in the access log and to policies it is the operation it is like. */
export function question<Request extends TObject>(declaration: QuestionDeclaration<Request>): Operation {
  const { like, resource, request, handle } = declaration;
  const { resource: _ofTheOperation, sizeOf: _size, ...described } = like;
  return {
    ...described,
    ...(resource && { resource }),
    request,
    perform: (parameters, call, services) => handle(decode(request, parameters), call, services),
  };
}

/** Body: `{parameters}`, by name, as texts. The answer is the reply's body; refusals are as those of operations. */
export async function ask(
  asked: Operation,
  session: Session,
  request: EdgeRequest,
  { gatewayFor }: Pick<CallServices, 'gatewayFor'>,
): Promise<EdgeReply> {
  const { parameters } = readBody(request, questionBody);
  const { name: action, product } = asked;
  const { version } = product;
  const onlyThis = new Map([[version, new Map([[action, asked]])]]);
  const gateway = gatewayFor(() => ({ caller: session.caller, action, version }), onlyThis);
  const { status, body } = await gateway(formRequest(formOf(parameters), request));
  return { ...jsonReply(status, {}), body };
}
