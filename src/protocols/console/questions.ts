// What pages ask that no operation answers. A question goes the way of a call: under the permission of the operation that
// tells the same kind of thing, with its limits, and on its line in the logs.

import type { Static, TObject } from 'typebox';
import type { AccountId } from '../../base/journal-entry.ts';
import type { EdgeReply, EdgeRequest, Services } from '../edge.ts';
import { findOperation } from '../rpc/catalog.ts';
import { decode } from '../rpc/decode.ts';
import type { Operation } from '../rpc/operation.ts';
import type { CallServices } from './calls.ts';
import { jsonReply } from './replies.ts';
import type { Session } from './sessions.ts';

export type AnswerAs = (session: Session, request: EdgeRequest) => Promise<EdgeReply>;

interface QuestionDeclaration<Request extends TObject> {
  /** Name of the operation whose permission it takes. */
  readonly as: string;
  /** Parameters of the query. */
  readonly request: Request;
  /** Of the account that asks, and of no other. */
  readonly answer: (request: Static<Request>, account: AccountId, services: Services) => object | Promise<object>;
}

export function question<Request extends TObject>({ as, request, answer }: QuestionDeclaration<Request>): Operation {
  const operation = findOperation(as);
  if (!operation) throw new TypeError(`there is no operation ${as}`);
  return {
    ...operation,
    request,
    perform: (parameters, { account }, services) => answer(decode(request, parameters), account, services),
  };
}

/** Its answer is JSON, refusals are those of the API. Made once for each question: calls are counted by it. */
export function asCall(asked: Operation, gatewayFor: CallServices['gatewayFor']): AnswerAs {
  const { version } = asked.product;
  const catalog = new Map([[version, new Map([[asked.name, asked]])]]);
  return async ({ caller }, request) => {
    const gateway = gatewayFor(() => ({ caller, action: asked.name, version }), catalog);
    const { status, headers, body } = await gateway({ ...request, method: 'GET', path: '/', body: new Uint8Array() });
    const more = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-acs-')));
    return { ...jsonReply(status, {}, more), body };
  };
}
