// How the CRLs and the OCSP responder of the account's CAs stand: what is published, how old it is, what is wrong with it.

import { Type } from 'typebox';
import { inTurns } from '../../base/in-turns.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import { parseCrl } from '../../pki/crl-reader.ts';
import { countEntries } from '../../pki/crl-search.ts';
import { formatName } from '../../pki/name.ts';
import { completeScope, crlAddress, crlDaysOf, crlName, partitionScopes } from '../../registry/crl-scopes.ts';
import type { AuthorityRecord } from '../../registry/model.ts';
import { GetCaInstanceCrlAddress } from '../rpc/operations/cas/GetCaInstanceCrlAddress.ts';
import { identifier } from '../rpc/operations/cas/shapes.ts';
import type { Published } from './published.ts';
import { type AnswerUnderOperation, underOperation } from './under-operation.ts';

export type AuthorityPublication = Awaited<ReturnType<typeof describe>>;

/** Of how many CAs at once; the newest. */
const mostAuthorities = 100;

const request = Type.Object({ CaIdentifier: Type.Optional(identifier('Identifier of the CA; all when left out.')) });

type Failures = Readonly<Record<'crl' | 'ocsp', ReturnType<Published['crls']['failures']>>>;

/** `{List, More}` */
export function askPublication(published: Published): AnswerUnderOperation {
  return underOperation(GetCaInstanceCrlAddress, request, async ({ CaIdentifier }, { account }, { store }) => {
    const { page, more } = await store.listAuthorities({
      account,
      ...(CaIdentifier !== undefined && { identifiers: [CaIdentifier] }),
      start: { offset: 0 },
      limit: mostAuthorities,
    });
    const failures = { crl: published.crls.failures(), ocsp: published.delegates.failures() };
    const list = [];
    for (const record of page) list.push(await describe(record, failures, published));
    return { List: list, More: more };
  });
}

async function describe(record: AuthorityRecord, failures: Failures, published: Published) {
  const { identifier: id, kind, state, issuer, terms } = record;
  const { subject, notAfter } = parseCertificate(record.der);
  const { publicUrl } = published.rules;
  const isHere = kind !== 'external';
  const responder = published.delegates.present(id);
  return {
    identifier: id,
    issuer,
    kind,
    state,
    subject: formatName(subject),
    notAfter,
    ...(isHere && {
      crl: {
        address: crlAddress(publicUrl, id, completeScope),
        validDays: crlDaysOf(terms),
        partitions: partitionScopes(terms).length,
        list: await listOf(id, published),
        failure: failures.crl.get(id),
      },
      ocsp: {
        address: `${publicUrl}/ocsp`,
        failure: failures.ocsp.get(id),
        answerSeconds: published.rules.ocspValiditySeconds,
        /** Of the certificate that answers are signed with; it is replaced at half its life. */
        ...(responder && { responder: { notBefore: responder.notBefore, notAfter: responder.notAfter } }),
      },
    }),
  };
}

/** The complete list as it is served. */
async function listOf(authority: AuthorityRecord['identifier'], { crls }: Published) {
  const served = crls.served(crlName(authority, completeScope));
  if (!served) return undefined;
  const { der, number, thisUpdate, nextUpdate } = served;
  return { number, thisUpdate, nextUpdate, octets: der.length, entries: await entriesOf(der) };
}

/** A published list never changes, and a long one takes a moment to count. */
const counted = new WeakMap<Uint8Array, Promise<number>>();

function entriesOf(der: Uint8Array): Promise<number> {
  let count = counted.get(der);
  if (!count) {
    count = inTurns(countEntries(parseCrl(der, der.length)));
    counted.set(der, count);
  }
  return count;
}
