import { Type } from 'typebox';
import { type Clock, toSeconds, type UnixSeconds, unixSeconds } from '../../../../base/time.ts';
import { revocationReasons } from '../../../../registry/model.ts';
import { releaseEndEntity, revokeEndEntity } from '../../../../registry/revocation.ts';
import { invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer, oneOf } from '../shapes.ts';
import { identifier, seconds } from './shapes.ts';

export const CreateRevokeClientCertificate = operation(cas, {
  name: 'CreateRevokeClientCertificate',
  summary: 'Revokes a client, server or custom certificate.',
  notes: [
    'Once this is answered the revocation is durable, and every status answer from then on says revoked.',
    'A revoked certificate can be taken out of the lists with DeleteClientCertificate.',
    'Extension: `Reason` and `InvalidityDate` are not among the parameters of the vendor; who does not send them loses nothing.',
    'Extension: a certificate revoked with the reason certificateHold answers revoked like any other. A second call with removeFromCRL lifts the hold, and it answers good again; one with another reason, or none, revokes it for good, as of the moment it was put on hold.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    Identifier: identifier('Identifier of the certificate to revoke.'),
    Reason: Type.Optional(
      oneOf(
        ['unspecified', ...revocationReasons, 'removeFromCRL'],
        'Extension. Why, by its name in RFC 5280 §5.3.1; unspecified is the same as left out, and removeFromCRL lifts a hold.',
        'keyCompromise',
      ),
    ),
    InvalidityDate: Type.Optional(
      seconds(
        'Extension. When the key is known or believed to have been lost, in seconds since 1970: not in the future, and often before the revocation. CRLs tell it (RFC 5280 §5.3.2).',
        1_790_000_000,
      ),
    ),
  }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'already-revoked', 'not-issued-yet', 'not-on-hold'],
  example: { request: { Identifier: '160ae6bb538d538c70c01f81dcf20001' }, answer: {} },
  handle: async ({ Identifier, Reason = 'unspecified', InvalidityDate }, { account, actor }, { store, clock }) => {
    const command = { account, actor, identifier: Identifier };
    if (Reason === 'removeFromCRL') await releaseEndEntity(command, { store, clock });
    else {
      const reason = Reason === 'unspecified' ? undefined : Reason;
      await revokeEndEntity({ ...command, reason, invalidityDate: asPast(InvalidityDate, clock) }, { store, clock });
    }
    return {};
  },
});

function asPast(moment: number | undefined, clock: Clock): UnixSeconds | undefined {
  if (moment === undefined) return undefined;
  if (moment > toSeconds(clock.now())) throw invalid('InvalidityDate', 'must not be in the future');
  return unixSeconds(moment);
}
