// Why a serial number stands as it does: what was looked up, which journal entry decided, what OCSP and the CRL in force say
// of it, and until when an older answer may be left with somebody.

import { Type } from 'typebox';
import { inTurns } from '../../base/in-turns.ts';
import type { AccountId, Entry } from '../../base/journal-entry.ts';
import { type Clock, toMillis, toSeconds, type UnixSeconds } from '../../base/time.ts';
import { encodeCertId } from '../../pki/cert-id.ts';
import type { CrlEntry } from '../../pki/crl.ts';
import { parseCrl } from '../../pki/crl-reader.ts';
import { entryOf } from '../../pki/crl-search.ts';
import { encodeOcspRequest } from '../../pki/ocsp-request.ts';
import { parseOcspResponse } from '../../pki/ocsp-response-reader.ts';
import { parseSerialNumber } from '../../pki/serial-number.ts';
import type { KnownAuthority } from '../../registry/authority-directory.ts';
import {
  completeScope,
  crlAddress,
  crlDaysOf,
  crlName,
  partitionOf,
  partitionScopes,
} from '../../registry/crl-scopes.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import { isAuthorityKind, type RevocationReason } from '../../registry/model.ts';
import { keptUntil } from '../../registry/ocsp-answer-cache.ts';
import { type ExplainedBearer, explainStatus, type StatusExplanation } from '../../registry/status-explanation.ts';
import type { StatusReader } from '../../registry/status-index.ts';
import type { Bearer } from '../../registry/store.ts';
import { crlMaxAgeSeconds } from '../publication.ts';
import { invalid } from '../rpc/errors.ts';
import { DescribeClientCertificateStatusForSerialNumber } from '../rpc/operations/cas/DescribeClientCertificateStatusForSerialNumber.ts';
import { allowsToo } from './allows-too.ts';
import type { Published } from './published.ts';
import { type AnswerUnderOperation, underOperation } from './under-operation.ts';

export type Why = Awaited<ReturnType<typeof answerWhy>>;

const request = Type.Object({ SerialNumber: Type.String({ maxLength: 128, description: 'One serial number.' }) });

/** The operation that tells who did what: a status is asked by many who need not know. */
const actorsAction = 'yundun-cert:ListCACertificateLog';

/** The operation that tells what is in a certificate; a name may be that of a person. */
const subjectsAction = 'yundun-cert:DescribeClientCertificateForSerialNumber';

/** Who did it is left out for those who may not read the journal, and the subject for those who may not see certificates. */
export function askWhy(published: Published, clock: Clock): AnswerUnderOperation {
  return underOperation(DescribeClientCertificateStatusForSerialNumber, request, ({ SerialNumber }, call, services) => {
    const sees = {
      actors: allowsToo(actorsAction, call, services),
      subjects: allowsToo(subjectsAction, call, services),
    };
    return answerWhy({ text: SerialNumber, account: call.account, sees }, { ...services, published, clock });
  });
}

interface WhyServices {
  readonly store: Parameters<typeof explainStatus>[2];
  readonly statusIndex: Pick<StatusReader, 'lookup'>;
  readonly published: Published;
  readonly clock: Clock;
}

interface AskedWhy {
  readonly text: string;
  readonly account: AccountId;
  readonly sees: Seen;
}

/** What the caller is allowed beside the status. */
interface Seen {
  readonly actors: boolean;
  readonly subjects: boolean;
}

async function answerWhy({ text, account, sees }: AskedWhy, { store, statusIndex, published, clock }: WhyServices) {
  const serialNumber = parseSerialNumber(text.trim());
  if (serialNumber === undefined) throw invalid('SerialNumber', 'must be hexadecimal of at most 20 octets');
  const explanation = await explainStatus(account, serialNumber, store);
  const bearers = [];
  for (const bearer of explanation.bearers) bearers.push(await describeBearer(bearer, published, sees));
  return {
    account,
    asked: text,
    serialNumber,
    at: clock.now(),
    // Last, so that it is not older than what explains it.
    status: statusIndex.lookup(account, serialNumber),
    bearers,
    ...(explanation.deciding && {
      deciding: await describeDeciding(explanation.deciding, { published, clock, sees }),
    }),
    needed: {
      ...(!sees.actors && { actors: actorsAction }),
      ...(!sees.subjects && { subjects: subjectsAction }),
    },
  };
}

async function describeBearer({ certificate, authorities }: ExplainedBearer, published: Published, sees: Seen) {
  const issued = authorities.length > 0 || certificate.kind === 'root';
  return {
    ...asSeen(certificate, sees),
    authorities,
    ...(issued && { ocsp: await askOcsp(certificate, published), crl: await lookAtCrl(certificate, published) }),
  };
}

/** The names of CAs are in all that they publish. */
function asSeen({ subject, ...certificate }: Bearer, { subjects }: Seen) {
  return { ...certificate, ...((subjects || isAuthorityKind(certificate.kind)) && { subject }) };
}

/** What a relying party gets that asks now; `refused` is the responder's word for why it does not answer. */
async function askOcsp({ issuer, serialNumber }: Bearer, { authorities, responder, rules }: Published) {
  const address = `${rules.publicUrl}/ocsp`;
  const by = authorities.byIdentifier(issuer);
  if (!by) return { address, refused: 'unauthorized' };
  const request = encodeOcspRequest(encodeCertId(by.certificate.subjectDer, by.certificate.spki, serialNumber));
  // What went wrong inside is no caller's to know; who asks the responder itself has it in the log.
  const { der } = await responder.answer(request, '', () => {});
  const response = parseOcspResponse(der);
  if (response.status !== 'successful') return { address, refused: response.status };
  const [single] = response.responses;
  if (!single) return { address, refused: 'internalError' };
  const { certStatus, thisUpdate, nextUpdate } = single;
  return {
    address,
    ...certStatus,
    thisUpdate,
    ...(nextUpdate !== undefined && { nextUpdate, keptUntil: keptUntil({ thisUpdate, nextUpdate }) }),
    maxAgeSeconds: rules.ocspMaxAgeSeconds,
  };
}

interface CrlLook {
  readonly address: string;
  /** Absent where none is published yet. */
  readonly list?: {
    readonly number: number;
    readonly thisUpdate: UnixSeconds;
    readonly nextUpdate: UnixSeconds;
    readonly maxAgeSeconds: number;
  };
  /** Absent where it does not list the certificate. */
  readonly entry?: CrlEntry;
}

/** The list that the certificate is on when it is revoked, as it is served now. */
async function lookAtCrl({ issuer, serialNumber }: Bearer, published: Published): Promise<CrlLook | undefined> {
  const { authorities, crls, rules } = published;
  const by = authorities.byIdentifier(issuer);
  if (!by?.signsHere) return undefined;
  const { terms } = by.record;
  const partitions = partitionScopes(terms);
  const scope = partitions[partitionOf(serialNumber, Math.max(1, partitions.length))] ?? completeScope;
  const address = crlAddress(rules.publicUrl, issuer, scope);
  const served = crls.served(crlName(issuer, scope));
  if (!served) return { address };
  const { der, number, thisUpdate, nextUpdate } = served;
  const entry = await inTurns(entryOf(parseCrl(der, der.length), serialNumber));
  const list = { number, thisUpdate, nextUpdate, maxAgeSeconds: crlMaxAgeSeconds };
  return { address, list, ...(entry && { entry }) };
}

async function describeDeciding(
  { certificate, entry, history }: NonNullable<StatusExplanation['deciding']>,
  { published, clock, sees }: { readonly published: Published; readonly clock: Clock; readonly sees: Seen },
) {
  const describeEntry = sees.actors ? entryWithActor : entryAlone;
  const by = published.authorities.byIdentifier(certificate.issuer);
  return {
    certificate: asSeen(certificate, sees),
    ...(entry && { entry: describeEntry(entry) }),
    history: history.map(describeEntry),
    crl: await lookAtCrl(certificate, published),
    ...(entry && by && changesAnAnswer(entry) && { olderAnswers: olderAnswers(entry, by, published, clock) }),
  };
}

interface DescribedEntry extends Pick<Entry<CertificateEvent>, 'sequence' | 'at'> {
  readonly kind: CertificateEvent['kind'];
  readonly reason?: RevocationReason;
  readonly actor?: Entry<CertificateEvent>['actor'];
}

function entryAlone({ sequence, at, event }: Entry<CertificateEvent>): DescribedEntry {
  const reason = event.kind === 'certificate-revoked' ? event.reason : undefined;
  return { sequence, at, kind: event.kind, ...(reason && { reason }) };
}

function entryWithActor(entry: Entry<CertificateEvent>): DescribedEntry {
  const { principal, requestId, sourceAddress } = entry.actor;
  return { ...entryAlone(entry), actor: { principal, requestId, sourceAddress } };
}

/** Before it was issued nobody was told anything that caches may keep. */
function changesAnAnswer({ event }: Entry<CertificateEvent>): boolean {
  return event.kind === 'certificate-revoked' || event.kind === 'certificate-released';
}

/**
 * Until when somebody may still hold an answer of before the change: one that was signed, or a list that was made, in its
 * last second. Whoever keeps to nextUpdate asks anew by then (RFC 6960 §4.2.2.1, RFC 5280 §5.1.2.5).
 */
function olderAnswers(
  { at }: Entry<CertificateEvent>,
  { record }: KnownAuthority,
  { rules, crls }: Published,
  clock: Clock,
) {
  const changed = toSeconds(at);
  const served = crls.served(crlName(record.identifier, completeScope));
  const listed = served && served.thisUpdate > changed;
  return {
    ocspUntil: (changed + rules.ocspValiditySeconds) as UnixSeconds,
    ocspCachesUntil: (changed + rules.ocspMaxAgeSeconds) as UnixSeconds,
    crlUntil: (changed + crlDaysOf(record.terms) * 86_400) as UnixSeconds,
    /** Absent once the list in force is one of after the change. */
    ...(!listed && { crlDueBy: toMillis(changed) + rules.crlDelaySeconds * 1000 }),
    now: toSeconds(clock.now()),
  };
}
