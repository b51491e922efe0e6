// Reads OCSP requests (RFC 6960 §4.1): which certificates are asked about, and how the answer is wanted.
//
// Whatever is wrong with the bytes ends in a DecodingError, which is to be answered with `malformedRequest`. What is well
// formed but not to be served (an unknown critical extension, no basic response accepted, an unknown hash) is data.

import { equalBytes } from '../base/bytes.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm.ts';
import { type CertId, readCertId } from './cert-id.ts';
import { DerReader } from './der-reader.ts';
import { constructed, integerOf, sequence } from './der-writer.ts';
import { type OidName, oidDer, oids } from './oid.ts';

/** RFC 9654 clients send some 120 octets; a request for twenty certificates by SHA-256 has 2,500. */
export const mostOcspRequestOctets = 64 * 1024;

export interface OcspRequestLimits {
  readonly maximumOctets: number;
  readonly maximumCertIds: number;
}

export interface OcspRequest {
  /** One at least; in the order asked, which is that of the answer. */
  readonly certIds: readonly CertId[];
  /** 1 to 128 octets (RFC 9654 §2.1). */
  readonly nonce: Uint8Array | undefined;
  /** Whether the client takes id-pkix-ocsp-basic, as one that does not speak of response types does (RFC 6960 §4.4.3). */
  readonly acceptsBasic: boolean;
  /** The most preferred first (RFC 6960 §4.4.7.1). */
  readonly preferredSignatureAlgorithms: readonly PreferredSignatureAlgorithm[];
  /** Dotted: the first extension, of the request or of one certificate, that is critical and not known here. */
  readonly unknownCriticalExtension: string | undefined;
}

export interface PreferredSignatureAlgorithm {
  readonly signature: AlgorithmIdentifier;
  /** Of the key in the responder's certificate. */
  readonly publicKey: AlgorithmIdentifier | undefined;
}

/** RFC 9654 §2.1 */
export const maximumNonceOctets = 128;

/** The plainest request there is: about one certificate, without nonce or wishes, so that caches may answer it. */
export function encodeOcspRequest(certId: Uint8Array): Uint8Array {
  return sequence(sequence(sequence(sequence(certId))));
}

/**
 * Reads a request. A signature is passed over, and with it a requestorName is as good as absent (RFC 9919 §3.1.2).
 *
 * @returns byte arrays that are views of `der`.
 * @throws {DecodingError} the request is malformed, or larger than the limits.
 */
export function parseOcspRequest(der: Uint8Array, limits: OcspRequestLimits): OcspRequest {
  // OCSPRequest ::= SEQUENCE { tbsRequest TBSRequest, optionalSignature [0] EXPLICIT Signature OPTIONAL }
  const whole = new DerReader(der, limits.maximumOctets);
  const request = whole.sequence();
  whole.end();
  const tbs = request.sequence();
  if (request.isConstructed(0)) request.constructed(0);
  request.end();
  // TBSRequest ::= SEQUENCE {
  //   version [0] EXPLICIT Version DEFAULT v1, requestorName [1] EXPLICIT GeneralName OPTIONAL,
  //   requestList SEQUENCE OF Request, requestExtensions [2] EXPLICIT Extensions OPTIONAL }
  if (tbs.isConstructed(0)) tbs.fail(equalBytes(tbs.upcoming(), version1) ? 'default-encoded' : 'version-unsupported');
  if (tbs.isConstructed(1)) passOverName(tbs.constructed(1));
  const wishes: Wishes = {
    nonce: undefined,
    acceptsBasic: true,
    preferredSignatureAlgorithms: none,
    unknownCriticalExtension: undefined,
  };
  const certIds = readRequestList(tbs, limits.maximumCertIds, wishes);
  if (!tbs.atEnd()) {
    const wrapped = tbs.constructed(2);
    readExtensions(wrapped, wishes, true);
    wrapped.end();
  }
  tbs.end();
  return { certIds, ...wishes };
}

type Wishes = { -readonly [Field in keyof Omit<OcspRequest, 'certIds'>]: OcspRequest[Field] };

/** Any GeneralName; what is inside is not looked at, however much there is. */
function passOverName(wrapped: DerReader): void {
  const tag = wrapped.upcoming()[0] ?? 0;
  if ((tag & 0xc0) !== 0x80) wrapped.fail('unexpected-tag'); // the choices of GeneralName are context-specific
  wrapped.content(tag);
  wrapped.end();
}

function readRequestList(tbs: DerReader, maximum: number, wishes: Wishes): CertId[] {
  const at = tbs.position;
  const certIds: CertId[] = [];
  const requests = tbs.sequence();
  while (!requests.atEnd()) {
    if (certIds.length === maximum) requests.fail('too-many');
    // Request ::= SEQUENCE { reqCert CertID, singleRequestExtensions [0] EXPLICIT Extensions OPTIONAL }
    const request = requests.sequence();
    certIds.push(readCertId(request));
    if (request.atEnd()) continue;
    const wrapped = request.constructed(0);
    readExtensions(wrapped, wishes, false);
    wrapped.end();
    request.end();
  }
  if (certIds.length === 0) tbs.fail('too-few', at); // chosen: an answer about nothing is of no use
  return certIds;
}

/** @param ofRequest the extensions of the whole request, as against those of one certificate, of which none is known here. */
function readExtensions(wrapped: DerReader, wishes: Wishes, ofRequest: boolean): void {
  const start = wrapped.position;
  const extensions = wrapped.sequence();
  let seen = 0;
  let count = 0;
  while (!extensions.atEnd()) {
    if (count === maximumExtensions) extensions.fail('too-many');
    count++;
    const at = extensions.position;
    const one = extensions.sequence();
    const idDer = one.upcoming();
    const known = ofRequest ? knownExtensions.findIndex(({ der }) => equalBytes(idDer, der)) : -1;
    // One that is known need not be put into words.
    const id = known === -1 ? one.objectIdentifier() : undefined;
    if (known !== -1) one.content(0x06);
    const critical = one.booleanDefaultFalse();
    const value = one.enter(0x04);
    one.end();
    if (known === -1) {
      if (critical) wishes.unknownCriticalExtension ??= id;
      continue;
    }
    if ((seen & (1 << known)) !== 0) extensions.fail('duplicate', at);
    seen |= 1 << known;
    knownExtensions[known]?.read(value, wishes);
    value.end();
  }
  if (count === 0) wrapped.fail('too-few', start); // RFC 5280 §4.1: Extensions ::= SEQUENCE SIZE (1..MAX)
}

function readNonce(value: DerReader, wishes: Wishes): void {
  const at = value.position;
  const nonce = value.octetString();
  // RFC 9654 §2.1: malformedRequest for these.
  if (nonce.length === 0 || nonce.length > maximumNonceOctets) value.fail('value-malformed', at);
  wishes.nonce = nonce;
}

function readAcceptableResponses(value: DerReader, wishes: Wishes): void {
  // AcceptableResponses ::= SEQUENCE OF OBJECT IDENTIFIER
  const types = value.sequence();
  wishes.acceptsBasic = false;
  for (let count = 0; !types.atEnd(); count++) {
    if (count === maximumPreferences) types.fail('too-many');
    if (types.objectIdentifier() === oids['ocsp-basic']) wishes.acceptsBasic = true;
  }
}

function readPreferredSignatureAlgorithms(value: DerReader, wishes: Wishes): void {
  // PreferredSignatureAlgorithms ::= SEQUENCE OF SEQUENCE {
  //   sigIdentifier AlgorithmIdentifier, pubKeyAlgIdentifier SMIMECapability OPTIONAL }
  // SMIMECapability has the shape of an AlgorithmIdentifier (RFC 5751 §2.5.2).
  const preferred: PreferredSignatureAlgorithm[] = [];
  const elements = value.sequence();
  while (!elements.atEnd()) {
    if (preferred.length === maximumPreferences) elements.fail('too-many');
    const element = elements.sequence();
    const signature = readAlgorithmIdentifier(element);
    const publicKey = element.atEnd() ? undefined : readAlgorithmIdentifier(element);
    element.end();
    preferred.push({ signature, publicKey });
  }
  wishes.preferredSignatureAlgorithms = preferred;
}

/** RFC 6960 §4.4 defines three for requests; the rest is room for what we do not know. Bounds the work on hostile lists. */
const maximumExtensions = 16;
/** Response types, and signature algorithms; of either, few exist. */
const maximumPreferences = 32;

const none: readonly never[] = [];
const version1 = constructed(0, integerOf(0));

const knownExtensions = (
  [
    ['ocsp-nonce', readNonce],
    ['ocsp-response', readAcceptableResponses],
    ['ocsp-pref-sig-algs', readPreferredSignatureAlgorithms],
  ] as const satisfies readonly (readonly [OidName, (value: DerReader, wishes: Wishes) => void])[]
).map(([name, read]) => ({ der: oidDer(name), read }));
