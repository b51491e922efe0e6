// Words of 32 bits in memory that several threads share, growing at its end and never moving. Address space is reserved for
// the most there can be; memory is taken as it grows.

/** What it grows by at least, and as a share of what there is: few calls to the system, little unused. */
const leastGrowth = 16 * 1024;
const growthShare = 64;

export class SharedWords {
  readonly buffer: SharedArrayBuffer;
  /** Whether this thread is the one that writes: then its own order is all there is to keep. */
  isOwn: boolean;
  /**
   * A view of fixed length: V8 reads those as fast as any array, and ones that follow the buffer's length many times slower.
   * So it may be shorter than the buffer; {@link reaching} renews it.
   */
  words: Int32Array<SharedArrayBuffer>;

  /** @param source  the most words there can be, for a new one; or what another thread has made. */
  constructor(source: number | SharedArrayBuffer) {
    this.buffer = typeof source === 'number' ? new SharedArrayBuffer(0, { maxByteLength: 4 * source }) : source;
    this.isOwn = typeof source === 'number';
    this.words = new Int32Array(this.buffer, 0, this.buffer.byteLength / 4);
  }

  /**
   * A word that another thread may be about to write; what it wrote before that is seen after this (ECMA-262, 29.8).
   * `Atomics.load` is a call and costs some 15 ns, a plain read next to nothing.
   */
  load(at: number): number {
    return this.isOwn ? (this.words[at] ?? 0) : Atomics.load(this.words, at);
  }

  /** All words up to there, where another thread may have made the room. */
  reaching(length: number): Int32Array<SharedArrayBuffer> {
    if (this.words.length < length) this.words = new Int32Array(this.buffer, 0, this.buffer.byteLength / 4);
    return this.words;
  }

  /**
   * Makes room for so many words in all; new ones are 0.
   * @throws {RangeError} beyond what was reserved, or when the system has no memory left.
   */
  makeRoom(length: number): Int32Array<SharedArrayBuffer> {
    if (this.words.length >= length) return this.words;
    const most = this.buffer.maxByteLength / 4;
    const wanted = length + Math.max(leastGrowth, Math.floor(length / growthShare));
    if (length > most) throw new RangeError(`the status index has room for ${most} words here, and not for ${length}`);
    this.buffer.grow(4 * Math.min(wanted, most));
    return this.reaching(length);
  }
}
