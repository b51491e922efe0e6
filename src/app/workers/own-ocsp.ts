// OCSP in a thread beside the main one: it gives kept answers itself, by the rule that the main thread keeps them by, refuses
// what is too long to be read, and has the main thread make all others.

import type { Clock } from '../../base/time.ts';
import { mostOcspRequestOctets } from '../../pki/ocsp-request.ts';
import type { OcspEdge } from '../../protocols/ocsp.ts';
import { type OcspAnswer, ocspRefusal } from '../../registry/ocsp-answer.ts';
import { isKept, OcspAnswerCache } from '../../registry/ocsp-answer-cache.ts';
import type { StatusReader } from '../../registry/status-index.ts';
import { type PostedOcspAnswer, type PostedOcspRequest, postedOcspRequest, together } from './messages.ts';

export interface OwnOcsp {
  readonly responder: OcspEdge['responder'];
  readonly receive: (answers: readonly PostedOcspAnswer[]) => void;
}

export function ownOcsp(
  services: { readonly clock: Clock; readonly statusIndex: StatusReader },
  post: (requests: readonly PostedOcspRequest[]) => void,
): OwnOcsp {
  const cache = new OcspAnswerCache(services);
  const waiting = new Map<number, { readonly received: string; readonly resolve: (answer: OcspAnswer) => void }>();
  let lastId = 0;
  const send = together(post);
  return {
    responder: {
      again: (received) => cache.again(received),
      answer: (der, received) => {
        if (der.length > mostOcspRequestOctets) return ocspRefusal('malformedRequest');
        return new Promise((resolve) => {
          const id = ++lastId;
          waiting.set(id, { received, resolve });
          send(postedOcspRequest(id, der, received));
        });
      },
    },
    receive: (answers) => {
      for (const { id, answer } of answers) {
        const asked = waiting.get(id);
        waiting.delete(id);
        if (asked && isKept(answer)) cache.keepFor(asked.received, answer);
        asked?.resolve(answer);
      }
    },
  };
}
