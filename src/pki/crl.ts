// Writes certificate revocation lists (RFC 5280 §5): entry after entry into one buffer, whose front has room for the headers
// that are known at the end. A list of a million entries takes no object for any of them, and is never copied.

import type { UnixSeconds } from '../base/time.ts';
import { type SignatureAlgorithm, signatureAlgorithmIdentifier } from './algorithm.ts';
import { type CrlIdentity, crlExtensions } from './crl-extensions.ts';
import { type CrlReason, crlReasonCode } from './crl-reason.ts';
import { bitString, constructed, EncodingError, integerOf, sequence, time } from './der-writer.ts';
import { encodeExtensions } from './extensions.ts';
import { maximumSerialNumberOctets, type SerialNumber } from './serial-number.ts';
import {
  generalizedTimeOctets,
  isWritableTime,
  utcTimeOctets,
  writeTimeDigits,
  year1950,
  year2050,
} from './time-digits.ts';

export interface CertListParameters extends CrlIdentity {
  /** Of the issuer's key. */
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** DER Name: byte for byte the subject of the issuer's certificate. */
  readonly issuerDer: Uint8Array;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** Room made at once; a list that grows beyond it is copied now and then. What is not written takes no memory. */
  readonly expectedEntries: number;
}

export interface CrlEntry {
  readonly serialNumber: SerialNumber;
  readonly revocationDate: UnixSeconds;
  readonly reason?: CrlReason;
  /** When the key was lost, where that is known; may lie before the revocation (RFC 5280 §5.3.2). */
  readonly invalidityDate?: UnixSeconds;
}

/**
 * A list in the making: entries, then {@link finish}, then the signature. Entries stand in the order given; RFC 5280 asks for
 * none, and readers of `crl-entries.ts` need none.
 */
export class CertListWriter {
  readonly #signatureAlgorithm: Uint8Array;
  /** What comes before the entries, headers left out. */
  readonly #fields: Uint8Array;
  readonly #extensions: Uint8Array;
  readonly #isDelta: boolean;
  #bytes: Uint8Array;
  readonly #entriesAt: number;
  #at: number;
  /** 0 until the list is finished. */
  #tbsAt = 0;
  #count = 0;

  /**
   * @throws {EncodingError} `out-of-range` for a time before 1950 or after 9999, a `nextUpdate` that does not follow
   *   `thisUpdate`; see also {@link crlExtensions}.
   */
  constructor(list: CertListParameters) {
    if (list.nextUpdate <= list.thisUpdate) throw new EncodingError('nextUpdate', 'out-of-range');
    this.#signatureAlgorithm = signatureAlgorithmIdentifier(list.signatureAlgorithm);
    const fields = [
      version2, // version Version OPTIONAL: v2
      this.#signatureAlgorithm, // signature AlgorithmIdentifier
      list.issuerDer, // issuer Name
      time(list.thisUpdate, 'thisUpdate'), // thisUpdate Time
      time(list.nextUpdate, 'nextUpdate'), // nextUpdate Time OPTIONAL: RFC 5280 §5.1.2.5 wants it
    ];
    this.#fields = Buffer.concat(fields);
    this.#extensions = constructed(0, encodeExtensions(crlExtensions(list))); // crlExtensions [0] EXPLICIT Extensions
    this.#isDelta = list.baseNumber !== undefined;
    this.#entriesAt = this.#fields.length + 3 * longestHeader;
    this.#at = this.#entriesAt;
    this.#bytes = new Uint8Array(this.#entriesAt + list.expectedEntries * longestEntry + roomAtEnd);
  }

  /** How many entries there are. */
  get count(): number {
    return this.#count;
  }

  /** @throws {EncodingError} see {@link addOctets} */
  add({ serialNumber, revocationDate, reason, invalidityDate }: CrlEntry): void {
    this.addCode(serialNumber, revocationDate, reason === undefined ? 0 : crlReasonCode(reason), invalidityDate);
  }

  /** The same without an object for the entry. @param reasonCode  of CRLReason; 0 writes none. */
  addCode(
    serialNumber: SerialNumber,
    revocationDate: UnixSeconds,
    reasonCode: number,
    invalidityDate?: UnixSeconds,
  ): void {
    const octets = serialNumber.length / 2;
    if (octets > scratch.length) throw new EncodingError('userCertificate', 'out-of-range');
    for (let at = 0; at < octets; at++) {
      scratch[at] = hexDigit(serialNumber.charCodeAt(2 * at)) * 16 + hexDigit(serialNumber.charCodeAt(2 * at + 1));
    }
    this.addOctets(scratch, 0, octets, revocationDate, reasonCode, invalidityDate);
  }

  /**
   * Adds an entry from packed form.
   *
   * @param octets  has the serial number's magnitude at `start` up to `end`; leading zeros are dropped.
   * @param reasonCode  of CRLReason; 0 writes none (RFC 5280 §5.3.1).
   * @throws {EncodingError} `out-of-range` for a serial number that is zero or above 20 octets with its sign, a time before
   *   1950 or after 9999, a code that is no reason, or removeFromCRL in a list that is no delta.
   */
  addOctets(
    octets: Uint8Array,
    start: number,
    end: number,
    revocationDate: UnixSeconds,
    reasonCode: number,
    invalidityDate?: UnixSeconds,
  ): void {
    if (this.#tbsAt !== 0) throw new TypeError('the list is finished');
    let first = start;
    while (first < end && octets[first] === 0) first++;
    const sign = (octets[first] ?? 0) >= 0x80 ? 1 : 0;
    const serialOctets = end - first + sign;
    if (first >= end || serialOctets > maximumSerialNumberOctets) {
      throw new EncodingError('userCertificate', 'out-of-range');
    }
    if (!(revocationDate >= year1950 && isWritableTime(revocationDate))) {
      throw new EncodingError('revocationDate', 'out-of-range');
    }
    if (invalidityDate !== undefined && !isWritableTime(invalidityDate)) {
      throw new EncodingError('invalidityDate', 'out-of-range');
    }
    if (!this.#isReason(reasonCode)) throw new EncodingError('reasonCode', 'out-of-range');
    if (this.#bytes.length - this.#at < longestEntry + roomAtEnd) this.#grow(longestEntry + roomAtEnd);

    // SEQUENCE { userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }
    const bytes = this.#bytes;
    const timeOctets = revocationDate < year2050 ? utcTimeOctets : generalizedTimeOctets;
    const extensionOctets =
      (reasonCode === 0 ? 0 : reasonExtension.length + 1) +
      (invalidityDate === undefined ? 0 : invalidityExtension.length + generalizedTimeOctets);
    let at = this.#at;
    bytes[at++] = 0x30;
    bytes[at++] = 2 + serialOctets + 2 + timeOctets + (extensionOctets === 0 ? 0 : 2 + extensionOctets); // at most 79
    bytes[at++] = 0x02;
    bytes[at++] = serialOctets;
    if (sign === 1) bytes[at++] = 0;
    for (let from = first; from < end; from++) bytes[at++] = octets[from] ?? 0;
    bytes[at++] = timeOctets === utcTimeOctets ? 0x17 : 0x18;
    bytes[at++] = timeOctets;
    writeTimeDigits(bytes, at, revocationDate, timeOctets);
    at += timeOctets;
    if (extensionOctets > 0) {
      bytes[at++] = 0x30;
      bytes[at++] = extensionOctets;
    }
    if (reasonCode !== 0) {
      for (let from = 0; from < reasonExtension.length; from++) bytes[at++] = reasonExtension[from] ?? 0;
      bytes[at++] = reasonCode;
    }
    if (invalidityDate !== undefined) {
      for (let from = 0; from < invalidityExtension.length; from++) bytes[at++] = invalidityExtension[from] ?? 0;
      writeTimeDigits(bytes, at, invalidityDate, generalizedTimeOctets);
      at += generalizedTimeOctets;
    }
    this.#at = at;
    this.#count++;
  }

  /** Adds entries as they stand in another list of the same kind, which this class has written. */
  addEncoded(bytes: Uint8Array, start: number, end: number, count: number): void {
    if (this.#tbsAt !== 0) throw new TypeError('the list is finished');
    this.#append(bytes.subarray(start, end));
    this.#count += count;
  }

  /**
   * To be called once, when all entries are in.
   *
   * @returns DER of TBSCertList, version 2: what the issuer signs. A view into a larger buffer, to be copied before it is
   *   posted to another thread, which would take the buffer along.
   */
  finish(): Uint8Array {
    if (this.#tbsAt !== 0) throw new TypeError('the list is finished');
    // RFC 5280 §5.1.2.6: with nothing revoked the list is absent, not empty; strict parsers refuse an empty SEQUENCE.
    let front = this.#count === 0 ? this.#entriesAt : this.#headerBefore(this.#entriesAt, this.#at);
    this.#append(this.#extensions);
    front -= this.#fields.length;
    this.#bytes.set(this.#fields, front);
    this.#tbsAt = this.#headerBefore(front, this.#at);
    return this.#bytes.subarray(this.#tbsAt, this.#at);
  }

  /**
   * @param signature  over what {@link finish} gave: the octets of an RSA signature, or the DER of an ECDSA one.
   * @returns DER of CertificateList, in the place where `finish` left it.
   */
  assemble(signature: Uint8Array): Uint8Array {
    // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
    this.#append(this.#signatureAlgorithm);
    this.#append(bitString(signature));
    return this.#bytes.subarray(this.#headerBefore(this.#tbsAt, this.#at), this.#at);
  }

  #isReason(code: number): boolean {
    if (code === removeFromCrl) return this.#isDelta; // RFC 5280 §5.3.1
    return (code >= 0 && code <= 6) || code === 9 || code === 10;
  }

  #append(octets: Uint8Array): void {
    if (this.#bytes.length - this.#at < octets.length) this.#grow(octets.length);
    this.#bytes.set(octets, this.#at);
    this.#at += octets.length;
  }

  #grow(octets: number): void {
    const larger = new Uint8Array(2 * (this.#at + octets));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }

  /** Writes the header of a SEQUENCE with the content from `start` to `end` before it, and gives where it begins. */
  #headerBefore(start: number, end: number): number {
    const length = end - start;
    let at = start;
    if (length < 0x80) {
      this.#bytes[--at] = length;
    } else {
      for (let left = length; left > 0; left = Math.floor(left / 256)) this.#bytes[--at] = left % 256;
      const octets = start - at;
      this.#bytes[--at] = 0x80 | octets;
    }
    this.#bytes[--at] = 0x30;
    return at;
  }
}

/**
 * Writes a list in steps of a few milliseconds, so that whoever runs it can let others have their turn in between.
 *
 * @yields how many entries are in, after every {@link entriesPerStep}.
 * @returns the writer, ready for `finish`.
 */
export function* writeCertList(
  list: CertListParameters,
  entries: Iterable<CrlEntry>,
): Generator<number, CertListWriter, void> {
  const writer = new CertListWriter(list);
  for (const entry of entries) {
    writer.add(entry);
    if (writer.count % entriesPerStep === 0) yield writer.count;
  }
  return writer;
}

/** A millisecond or two. */
export const entriesPerStep = 4096;

/** @returns DER of TBSCertList: a short list at once, without steps. @throws {EncodingError} */
export function buildTbsCertList(list: CertListParameters, entries: Iterable<CrlEntry>): Uint8Array {
  const writer = new CertListWriter(list);
  for (const entry of entries) writer.add(entry);
  return writer.finish();
}

/**
 * @param tbs  what {@link buildTbsCertList} gave.
 * @param signatureAlgorithm  the one named in `tbs`.
 * @returns DER of CertificateList, a copy.
 */
export function assembleCrl(
  tbs: Uint8Array,
  signatureAlgorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array {
  return sequence(tbs, signatureAlgorithmIdentifier(signatureAlgorithm), bitString(signature));
}

/** Of a lower-case digit, which is all that a SerialNumber has. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : code - 0x57;
}

const version2 = integerOf(1);
const removeFromCrl = 8;

/** Tag, and up to four octets of length behind the one that counts them. */
const longestHeader = 6;
/** Header 2, serial number 2 + 20, time 2 + 15, header of the extensions 2, reason 12, invalidity date 26. */
const longestEntry = 81;
/** Extensions, algorithm and signature; ML-DSA-87 has the longest of them in 4,627 octets. */
const roomAtEnd = 8192;
const scratch = new Uint8Array(maximumSerialNumberOctets + 1);

/** Extension ::= SEQUENCE { extnID cRLReasons, extnValue OCTET STRING { ENUMERATED, whose octet follows } }: not critical */
const reasonExtension = Uint8Array.of(0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01);
/** Extension ::= SEQUENCE { extnID invalidityDate, extnValue OCTET STRING { GeneralizedTime, whose digits follow } } */
const invalidityExtension = Uint8Array.of(0x30, 0x18, 0x06, 0x03, 0x55, 0x1d, 0x18, 0x04, 0x11, 0x18, 0x0f);
