// Answers of the console's own, each under the permission, the limits and the log line of the operation that tells the same
// kind of thing: who may not call that is not told here either.

import { type Static, type TObject, Type } from 'typebox';
import type { EdgeReply, EdgeRequest, Services } from '../edge.ts';
import { decode } from '../rpc/decode.ts';
import type { Call, Operation } from '../rpc/operation.ts';
import { type CallServices, formOf, headersOf } from './calls.ts';
import { securityHeaders } from './replies.ts';
import { readBody } from './request-body.ts';
import type { Session } from './sessions.ts';

const body = Type.Object({ parameters: Type.Record(Type.String(), Type.String()) }, { additionalProperties: false });

export type AnswerUnderOperation = (
  session: Session,
  request: EdgeRequest,
  services: CallServices,
) => Promise<EdgeReply>;

/**
 * The request is JSON, `{parameters}`, each a text as on the wire of the API; the reply is what `handle` gives, with a
 * RequestId, or the refusal as the API words it.
 *
 * @param operation  whose permission it needs, and whose limit of calls it has, counted by itself.
 * @param request    what it takes in the place of the operation's parameters.
 */
export function underOperation<Request extends TObject>(
  operation: Operation,
  request: Request,
  handle: (request: Static<Request>, call: Call, services: Services) => object | Promise<object>,
): AnswerUnderOperation {
  const { product, name } = operation;
  const own: Operation = {
    ...operation,
    request,
    perform: (parameters, call, services) => handle(decode(request, parameters), call, services),
  };
  const catalog = new Map([[product.version, new Map([[name, own]])]]);
  return async ({ caller }, asked, { gatewayFor }) => {
    const { parameters } = readBody(asked, body);
    const authenticate = () => ({ caller, action: name, version: product.version });
    const form = formOf({ ...parameters, Format: 'JSON' });
    const reply = await gatewayFor(
      authenticate,
      catalog,
    )({
      ...asked,
      method: 'POST',
      path: '/',
      query: '',
      headers: headersOf({
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': asked.headers.only('user-agent') ?? '',
      }),
      body: new TextEncoder().encode(form),
    });
    const { 'content-type': type = 'application/json;charset=utf-8', ...headers } = reply.headers;
    return {
      ...reply,
      headers: {
        ...securityHeaders,
        'content-security-policy': "default-src 'none'",
        'content-type': type,
        'cache-control': 'no-store',
        ...Object.fromEntries(Object.entries(headers).filter(([each]) => each.startsWith('x-acs-'))),
      },
    };
  };
}
