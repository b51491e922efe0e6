// Reads DER (X.690 §8 to §11), strictly: what has two encodings is accepted in the one DER allows. Depth and length are
// bounded, nothing is copied, and whatever is wrong ends in a DecodingError.

import { parseUtc, type UnixSeconds } from '../base/time.ts';
import { isShortestInteger } from './der-writer.ts';
import { decodeArcs } from './object-identifier.ts';

export type DecodingProblem =
  // X.690
  | 'input-too-long'
  | 'too-deep'
  | 'truncated'
  | 'trailing-bytes'
  | 'missing-element'
  | 'unexpected-tag'
  | 'high-tag-number'
  | 'wrong-form'
  | 'indefinite-length'
  | 'length-not-minimal'
  | 'length-too-large'
  | 'boolean-not-canonical'
  | 'integer-not-minimal'
  | 'integer-negative'
  | 'integer-too-large'
  | 'bit-string-malformed'
  | 'named-bits-not-minimal'
  | 'null-not-empty'
  | 'oid-malformed'
  | 'oid-too-large'
  | 'time-malformed'
  | 'string-malformed'
  | 'set-not-ordered'
  | 'default-encoded'
  // the structures above it
  | 'too-few'
  | 'too-many'
  | 'duplicate'
  | 'version-unsupported'
  | 'algorithms-differ'
  | 'time-in-wrong-form'
  | 'value-malformed'
  // RFC 7468
  | 'pem-malformed'
  | 'pem-label-differs';

/** Bytes that are not what they should be: the rule they break, and the offset (octets; characters for PEM) where. */
export class DecodingError extends Error {
  override readonly name = 'DecodingError';
  readonly at: number;
  readonly problem: DecodingProblem;
  constructor(problem: DecodingProblem, at: number) {
    super(`${problem} at ${at}`);
    this.problem = problem;
    this.at = at;
  }
}

/** A directoryName among the alternative names of a requested extension, the deepest there is, lies 13 deep. */
export const maximumDepth = 16;

/** Enough for any certificate or request; whoever reads lists gives a limit of his own. */
export const maximumLength = 64 * 1024;

/**
 * A place in DER, moved on by each read. Every method throws {@link DecodingError}. Byte arrays returned are views of the
 * input, which must not change as long as they are used.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #end: number;
  #depth = 0;
  #at: number;
  /** Where the content of the element last opened begins and ends. */
  #contentAt = 0;
  #contentEnd = 0;

  constructor(bytes: Uint8Array, limit = maximumLength) {
    if (bytes.length > limit) throw new DecodingError('input-too-long', limit);
    this.#bytes = bytes;
    this.#at = 0;
    this.#end = bytes.length;
  }

  /** Offset of the next element in the bytes first given. */
  get position(): number {
    return this.#at;
  }

  atEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Whether the next element bears this tag octet. */
  is(tag: number): boolean {
    return this.#at < this.#end && this.#bytes[this.#at] === tag;
  }

  /** Whether the next element is `[n]`, constructed. */
  isConstructed(contextTag: number): boolean {
    return this.is(0xa0 | contextTag);
  }

  /** Whether the next element is `[n]`, primitive. */
  isPrimitive(contextTag: number): boolean {
    return this.is(0x80 | contextTag);
  }

  /** Asks for nothing more to be there. */
  end(): void {
    if (this.#at !== this.#end) this.fail('trailing-bytes');
  }

  fail(problem: DecodingProblem, at = this.#at): never {
    throw new DecodingError(problem, at);
  }

  /** What has not been read yet, without moving on. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  /** The next element, header included, without moving on. What it contains is not looked at. */
  upcoming(): Uint8Array {
    const start = this.#at;
    this.#open();
    return this.#bytes.subarray(start, this.#contentEnd);
  }

  /** The next element whatever it is, header included; well-formed DER all the way down. */
  any(): Uint8Array {
    const start = this.#at;
    if (start === this.#end) this.fail('missing-element');
    const tag = this.#bytes[start] ?? 0;
    if ((tag & 0x20) !== 0) {
      const universal = (tag & 0xc0) === 0;
      if (universal && tag !== 0x30 && tag !== 0x31) this.fail('wrong-form');
      const content = this.enter(tag);
      while (!content.atEnd()) content.any();
    } else {
      this.#anyPrimitive(tag);
    }
    return this.#bytes.subarray(start, this.#at);
  }

  /** The content octets of an element of this tag. */
  content(tag: number): Uint8Array {
    this.#take(tag);
    return this.#bytes.subarray(this.#contentAt, this.#contentEnd);
  }

  /** A reader of what is inside an element of this tag, the elements of a constructed one or those wrapped in a string. */
  enter(tag: number): DerReader {
    const start = this.#at;
    this.#take(tag);
    if (this.#depth >= maximumDepth) this.fail('too-deep', start);
    return this.#within(this.#contentAt, this.#contentEnd);
  }

  sequence(): DerReader {
    return this.enter(0x30);
  }

  /** The inside of `[n]`, constructed. */
  constructed(contextTag: number): DerReader {
    return this.enter(0xa0 | contextTag);
  }

  /** The content octets of `[n]`, primitive. */
  primitive(contextTag: number): Uint8Array {
    return this.content(0x80 | contextTag);
  }

  /** Calls `read` for each element of a SET OF, which must stand in ascending order (X.690 §11.6). Empty is allowed. */
  setOf(read: (elements: DerReader) => void, tag = 0x31): void {
    const elements = this.enter(tag);
    let previous: Uint8Array | undefined;
    while (!elements.atEnd()) {
      const at = elements.position;
      const current = elements.upcoming();
      if (previous !== undefined && Buffer.compare(previous, current) > 0) this.fail('set-not-ordered', at);
      read(elements);
      if (elements.position !== at + current.length) this.fail('trailing-bytes', elements.position);
      previous = current;
    }
  }

  boolean(): boolean {
    const content = this.content(0x01);
    const value = content[0];
    if (content.length !== 1 || (value !== 0x00 && value !== 0xff)) this.fail('boolean-not-canonical', this.#contentAt);
    return value === 0xff;
  }

  /** BOOLEAN DEFAULT FALSE: absent, or TRUE. DER leaves out what equals the default (X.690 §11.5). */
  booleanDefaultFalse(): boolean {
    if (!this.is(0x01)) return false;
    const start = this.#at;
    if (!this.boolean()) this.fail('default-encoded', start);
    return true;
  }

  /** Content octets of an INTEGER of either sign. */
  integer(tag = 0x02): Uint8Array {
    const content = this.content(tag);
    if (!isShortestInteger(content)) this.fail('integer-not-minimal', this.#contentAt);
    return content;
  }

  /** The magnitude of an INTEGER that is zero or positive, without the sign octet. */
  unsignedInteger(maximumOctets = maximumLength, tag = 0x02): Uint8Array {
    const content = this.integer(tag);
    const first = content[0] ?? 0;
    if (first >= 0x80) this.fail('integer-negative', this.#contentAt);
    const magnitude = first === 0 && content.length > 1 ? content.subarray(1) : content;
    if (magnitude.length > maximumOctets) this.fail('integer-too-large', this.#contentAt);
    return magnitude;
  }

  /** An INTEGER that is zero or positive and below 2^48. */
  count(tag = 0x02): number {
    const magnitude = this.unsignedInteger(6, tag);
    let value = 0;
    for (const octet of magnitude) value = value * 256 + octet;
    return value;
  }

  /** An ENUMERATED that is zero or positive. */
  enumerated(): number {
    return this.count(0x0a);
  }

  null(): void {
    if (this.content(0x05).length !== 0) this.fail('null-not-empty', this.#contentAt);
  }

  octetString(): Uint8Array {
    return this.content(0x04);
  }

  /** A BIT STRING of whole octets. */
  bitString(): Uint8Array {
    const content = this.content(0x03);
    if (content[0] !== 0) this.fail('bit-string-malformed', this.#contentAt);
    return content.subarray(1);
  }

  /** The numbers of the bits that are set, ascending; trailing zero bits are not allowed (X.690 §11.2.2). */
  namedBits(tag = 0x03): number[] {
    const content = this.content(tag);
    const unused = this.#unusedBits(content);
    const last = content[content.length - 1] ?? 0;
    if (content.length > 1 && (last & (1 << unused)) === 0) this.fail('named-bits-not-minimal', this.#contentAt);
    const bits: number[] = [];
    for (let bit = 0; bit < (content.length - 1) * 8; bit++) {
      if (((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) bits.push(bit);
    }
    return bits;
  }

  /** Dotted. */
  objectIdentifier(): string {
    const decoded = decodeArcs(this.content(0x06));
    return 'dotted' in decoded ? decoded.dotted : this.fail(decoded.problem, this.#contentAt);
  }

  /** Time of certificates and CRLs: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). */
  time(): UnixSeconds {
    const start = this.#at;
    if (!this.is(0x17)) {
      const moment = this.generalizedTime();
      if (moment < year2050) this.fail('time-in-wrong-form', start);
      return moment;
    }
    const digits = this.#ascii(this.content(0x17));
    return this.#moment(digits < '50' ? `20${digits}` : `19${digits}`);
  }

  /** GeneralizedTime in Zulu with seconds and without fraction (RFC 5280 §4.1.2.5.2). */
  generalizedTime(tag = 0x18): UnixSeconds {
    return this.#moment(this.#ascii(this.content(tag)));
  }

  /** ASCII without control characters, as every IA5String in a certificate has reason to be. */
  ia5String(tag = 0x16): string {
    const text = this.#ascii(this.content(tag));
    if (controlCharacter.test(text)) this.fail('string-malformed', this.#contentAt);
    return text;
  }

  /** Moves past the next element, which must bear this tag, and notes where its content is. */
  #take(tag: number): void {
    const start = this.#at;
    if (start === this.#end) this.fail('missing-element');
    if (this.#bytes[start] !== tag) this.fail('unexpected-tag');
    this.#open();
    this.#at = this.#contentEnd;
  }

  /** Reads tag and length of the next element (X.690 §8.1, §10.1) and notes where its content is. */
  #open(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    if (start === this.#end) this.fail('missing-element');
    const tag = bytes[start] ?? 0;
    if ((tag & 0x1f) === 0x1f) this.fail('high-tag-number'); // none is used in what we read
    const lengthAt = start + 1;
    if (lengthAt >= this.#end) this.fail('truncated', lengthAt);
    let length = bytes[lengthAt] ?? 0;
    let at = lengthAt + 1;
    if (length === 0x80) this.fail('indefinite-length', lengthAt);
    if (length > 0x80) {
      const octets = length & 0x7f;
      if (octets > 4) this.fail('length-too-large', lengthAt);
      if (at + octets > this.#end) this.fail('truncated', at);
      length = 0;
      for (const last = at + octets; at < last; at++) length = length * 256 + (bytes[at] ?? 0);
      if (length < 0x80 || length < 256 ** (octets - 1)) this.fail('length-not-minimal', lengthAt);
    }
    if (length > this.#end - at) this.fail('truncated', at);
    this.#contentAt = at;
    this.#contentEnd = at + length;
  }

  /** A reader of a part of the same bytes, so that offsets in errors stay those of the whole. */
  #within(start: number, end: number): DerReader {
    const inner = new DerReader(this.#bytes, Number.POSITIVE_INFINITY);
    inner.#at = start;
    inner.#end = end;
    inner.#depth = this.#depth + 1;
    return inner;
  }

  #anyPrimitive(tag: number): void {
    if (neverPrimitive.has(tag)) this.fail('wrong-form');
    switch (tag) {
      case 0x01:
        this.boolean();
        return;
      case 0x02:
      case 0x0a:
        this.integer(tag);
        return;
      case 0x03:
        this.#unusedBits(this.content(tag));
        return;
      case 0x05:
        this.null();
        return;
      case 0x06:
        this.objectIdentifier();
        return;
      default:
        this.content(tag);
    }
  }

  /** X.690 §8.6.2, §11.2.1: a count of 0 to 7, 0 for the empty string, and the unused bits themselves zero. */
  #unusedBits(content: Uint8Array): number {
    const unused = content[0] ?? 8;
    const last = content[content.length - 1] ?? 0;
    const wrong = content.length === 1 ? unused !== 0 : unused > 7 || (last & ((1 << unused) - 1)) !== 0;
    if (wrong) this.fail('bit-string-malformed', this.#contentAt);
    return unused;
  }

  #ascii(content: Uint8Array): string {
    for (const octet of content) if (octet >= 0x80) this.fail('string-malformed', this.#contentAt);
    return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
  }

  #moment(text: string): UnixSeconds {
    const parts = timeForm.exec(text);
    const [, year, month, day, hour, minute, second] = parts ?? [];
    const moment = parts === null ? undefined : parseUtc(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    return moment ?? this.fail('time-malformed', this.#contentAt);
  }
}

/** End-of-contents, which belongs to the indefinite form, EXTERNAL, EMBEDDED PDV, SEQUENCE and SET (X.690 §8). */
const neverPrimitive: ReadonlySet<number> = new Set([0x00, 0x08, 0x0b, 0x10, 0x11]);

const year2050 = 2_524_608_000;
const timeForm = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const controlCharacter = /[\u0000-\u001f\u007f]/;
