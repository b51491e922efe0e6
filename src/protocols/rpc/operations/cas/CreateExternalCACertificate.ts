import { Type } from 'typebox';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { externalAuthorityExtensions } from '../../../../pki/profiles.ts';
import { createExternal } from '../../../../registry/authorities.ts';
import { keyOf, subjectOf, usagesOf } from '../../../../registry/certification-request.ts';
import type { CertificateStore } from '../../../../registry/store.ts';
import { invalid, RpcError } from '../../errors.ts';
import { jsonObject } from '../../json-parameter.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { integer, text } from '../shapes.ts';
import { encodable, extendedKeyUsagesMember, passedSubject, passedUsages, subjectMembers } from './api-passthrough.ts';
import { authorityAnswer, authorityExample, authorityReply } from './authority-parameters.ts';
import { identifierOfInstance } from './authority-view.ts';
import { csrExample, csrParameter, requestOf } from './csr-parameter.ts';
import { labelParameters, labelsOf } from './shapes.ts';
import { parseValidity, validityText } from './validity-parameters.ts';

export const CreateExternalCACertificate = operation(cas, {
  name: 'CreateExternalCACertificate',
  summary: 'Signs a CA whose key is held elsewhere, under a root CA of the account.',
  notes: [
    'It is listed, revoked and deleted like every CA, and issues nothing here: what it issues elsewhere is not known here and answers unknown.',
    'The request is accepted only if it is signed with the private half of its own key, which may be of another family than that of the root.',
    'InstanceId names the root CA that signs, since no instances are sold here: by its instance id, cas-member- and its identifier, or by its identifier. Left out, it is the only root CA of the account that is not revoked; where there is none or more than one, MissingInstanceId.',
    "ApiPassthrough.Subject replaces the request's subject entirely. Left out, the subject is the request's, byte for byte.",
    'ExtendedKeyUsages left out are those of the request. basicConstraints, key usage (keyCertSign, cRLSign), subject and authority key identifier and the CRL distribution point are always made here, whatever the request says.',
    'ApiPassthrough is strict JSON (RFC 8259) of at most 16,384 characters and 8 levels, each member named once. A member that is not known is passed over, as an unknown parameter is; one that is null counts as left out.',
    'It may not outlive its root. A duration that ends less than a day after it is cut to its end; an end that is given is never changed.',
    'CertMaxTime is read as days and kept with the CA; only its owner can hold to it.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ...csrParameter,
    Validity: validityText,
    InstanceId: Type.Optional(
      text(
        64,
        'The root CA that signs: its instance id or its identifier.',
        'cas-member-1a83bcbb89e562885e40aa0108f50001',
      ),
    ),
    ApiPassthrough: Type.Optional(
      jsonObject(
        {
          Subject: Type.Optional(Type.Object(subjectMembers)),
          Extensions: Type.Optional(
            Type.Object({
              ExtendedKeyUsages: extendedKeyUsagesMember,
              PathLenConstraint: Type.Optional(
                integer(
                  0,
                  16,
                  'basicConstraints path length; 0 when left out, for a CA that issues to end entities only.',
                  0,
                ),
              ),
            }),
          ),
        },
        'What overrides the request.',
      ),
    ),
    CertMaxTime: Type.Optional(integer(1, 36_500, 'Longest validity, in days, of what this CA issues.', 365)),
    ...labelParameters,
  }),
  answer: authorityAnswer,
  refusals: [
    'authority-not-found',
    'not-a-root',
    'authority-revoked',
    'algorithm-not-allowed',
    'validity-refused',
    'beyond-issuer',
    'quota-exhausted',
    'csr-refused',
  ],
  missedWhen: { InstanceId: 'It was not sent, and the account has no root CA in use or more than one.' },
  example: {
    request: {
      Csr: csrExample,
      Validity: '5y',
      InstanceId: 'cas-member-1a83bcbb89e562885e40aa0108f50001',
      ApiPassthrough: {
        Subject: { CommonName: 'Example Partner CA', Organization: 'Example Partner', Country: 'CN' },
        Extensions: { ExtendedKeyUsages: ['clientAuth'], PathLenConstraint: 0 },
      },
    },
    answer: authorityExample.answer,
  },
  handle: async (request, { account, actor }, services) => {
    const { ApiPassthrough: { Subject, Extensions = {} } = {}, CertMaxTime } = request;
    const csr = await requestOf(request, services);
    const subject = Subject ? { name: passedSubject(Subject), der: undefined } : subjectOf(csr);
    // RFC 5280 §4.1.2.6: an authority has a name.
    if (subject.name.length === 0) throw invalid('Csr', 'has no subject, and neither has ApiPassthrough');
    const { ExtendedKeyUsages, PathLenConstraint: pathLength = 0 } = Extensions;
    const extendedKeyUsages = ExtendedKeyUsages
      ? passedUsages(ExtendedKeyUsages)
      : (usagesOf(csr).extendedKeyUsages ?? []);
    const created = await createExternal(
      {
        account,
        actor,
        parent: await rootOf(request.InstanceId, account, services.store),
        key: keyOf(csr),
        subject: subject.name,
        subjectDer: subject.der,
        validity: parseValidity(request.Validity),
        labels: labelsOf(request),
        terms: { pathLength, ...(CertMaxTime !== undefined && { maxDays: CertMaxTime }) },
        extensions: (facts) =>
          encodable(() => externalAuthorityExtensions({ ...facts, pathLength, extendedKeyUsages })),
      },
      services,
    );
    return authorityReply(created);
  },
});

async function rootOf(
  instanceId: string | undefined,
  account: AccountId,
  store: Pick<CertificateStore, 'listAuthorities'>,
): Promise<string> {
  if (instanceId !== undefined) return identifierOfInstance(instanceId);
  const { page, total } = await store.listAuthorities({
    account,
    kinds: ['root'],
    state: 'issued',
    start: { offset: 0 },
    limit: 1,
  });
  const [only] = page;
  if (only && total === 1) return only.identifier;
  const there = total === 0 ? 'has no root CA that is not revoked' : `has ${total} root CAs`;
  throw new RpcError('MissingInstanceId', 400, `InstanceId must name the root CA that signs: the account ${there}.`);
}
