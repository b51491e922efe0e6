import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import { toMillis } from '../../../../base/time.ts';
import { completeScope, crlAddress } from '../../../../registry/crl-scopes.ts';
import { missing } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerText, exampleOf, oneOf } from '../shapes.ts';
import { authorityTypeOf, identifierOfInstance } from './authority-view.ts';
import { identifier } from './shapes.ts';

const view = {
  CrlUrl: answerText('Address of the CRL.', 'http://pki.example/crl/1a83bcbb89e562885e40aa0108f50001.crl'),
  HashCode: answerText(
    'SHA-256 of the entries of the CRL, hexadecimal: another one when something was revoked or released.',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ),
  NextUpdateTime: answerText('nextUpdate of the CRL, milliseconds since 1970 as text.', '1768435200000'),
  CaInstanceStatus: oneOf(['normal', 'revoked'], 'normal, or revoked.', 'normal'),
  CaType: oneOf(['ROOT', 'SUB_ROOT'], 'Kind of the CA.', 'ROOT'),
};

export const GetCaInstanceCrlAddress = operation(cas, {
  name: 'GetCaInstanceCrlAddress',
  summary: 'Shows where the CRL of a CA is, and whether it has changed.',
  notes: [
    'CaIdentifier or Uuid must be given; Uuid is the identifier of the CA too, or the id of its instance.',
    'HashCode and NextUpdateTime are those of the CRL that is served; empty until a new CA has its first one, a moment after it was made, and for an external CA, whose CRL is published by whoever holds its key.',
  ],
  accessLevel: 'get',
  request: Type.Object({
    CaIdentifier: Type.Optional(identifier('Identifier of the CA.')),
    Uuid: Type.Optional(identifier('The same, or the id of its instance.')),
  }),
  answer: Type.Object(view),
  missedWhen: { CaIdentifier: 'It was not sent, and neither was Uuid.' },
  refusals: ['authority-not-found'],
  example: { request: { CaIdentifier: '1a83bcbb89e562885e40aa0108f50001' }, answer: exampleOf(view) },
  handle: async ({ CaIdentifier, Uuid }, { account }, { store, crls, issuanceRules }) => {
    const asked = CaIdentifier ?? Uuid;
    if (asked === undefined) throw missing('CaIdentifier');
    const record = await store.authority(account, identifierOfInstance(asked));
    if (!record) throw new Refused({ kind: 'authority-not-found', identifier: asked });
    const crl = crls.stateOf(record.identifier);
    const isHere = record.kind !== 'external';
    return {
      CrlUrl: isHere ? crlAddress(issuanceRules.publicUrl, record.identifier, completeScope) : '',
      HashCode: crl?.entriesHash ?? '',
      NextUpdateTime: crl ? String(toMillis(crl.nextUpdate)) : '',
      CaInstanceStatus: record.state === 'issued' ? ('normal' as const) : ('revoked' as const),
      CaType: authorityTypeOf(record),
    };
  },
});
