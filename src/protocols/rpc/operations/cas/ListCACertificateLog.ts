import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import type { CertificateEvent } from '../../../../registry/events.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { identifier } from './shapes.ts';

const view = {
  Identifier: answerText('Identifier of the CA.', '1a83bcbb89e562885e40aa0108f50001'),
  OpType: oneOf(['ADD', 'UPDATE'], 'ADD: it was made. UPDATE: something about it was changed.', 'ADD'),
  Content: answerText('What was done.', 'add root ca'),
  CreateTime: answerNumber('When, milliseconds since 1970.', 1_767_225_600_000),
};

/** A CA is made once and changed a few times. */
const most = 1000;

export const ListCACertificateLog = operation(cas, {
  name: 'ListCACertificateLog',
  summary: 'Lists what was done with a CA, oldest first.',
  notes: [
    'The entries are those of the journal about the CA itself, its last 1,000; what it issued is not among them.',
  ],
  accessLevel: 'list',
  request: Type.Object({ Identifier: identifier('Identifier of the CA.') }),
  answer: Type.Object({ LogList: Type.Array(Type.Object(view), { description: 'The entries.' }) }),
  refusals: ['authority-not-found'],
  example: {
    request: { Identifier: '1a83bcbb89e562885e40aa0108f50001' },
    answer: { LogList: [exampleOf(view)] },
  },
  handle: async ({ Identifier }, { account }, { store }) => {
    const record = await store.authority(account, Identifier);
    if (!record) throw new Refused({ kind: 'authority-not-found', identifier: Identifier });
    const entries = await store.historyOf(account, record.identifier, { last: most });
    return {
      LogList: entries.flatMap(({ event, at }) => {
        const content = contentOf(event);
        if (content === undefined) return [];
        const OpType = event.kind === 'certificate-issued' ? ('ADD' as const) : ('UPDATE' as const);
        return [{ Identifier: record.identifier as string, OpType, Content: content, CreateTime: at as number }];
      }),
    };
  },
});

/** `undefined` for steps on the way to something that is told by itself. */
function contentOf(event: CertificateEvent): string | undefined {
  switch (event.kind) {
    case 'certificate-issued':
      return { root: 'add root ca', subordinate: 'add sub-root ca', external: 'add external ca' }[
        event.certificateKind as 'root' | 'subordinate' | 'external'
      ];
    case 'certificate-revoked':
      return event.reason ? `revoke ca, reason ${event.reason}` : 'revoke ca';
    case 'certificate-quota-assigned':
      return event.total === null ? 'lift the limit of certificates' : `assign ${event.total} certificates`;
    case 'certificate-labelled':
      return 'change alias, tags or resource group';
    case 'certificate-uploaded':
      return 'put into the inventory';
    default:
      return undefined;
  }
}
