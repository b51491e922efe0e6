// The answer of a status operation, written as JSON or XML: of a few entries, and of a long list without an object for each.

import { neverIssued, notRevoked } from '../../../../registry/status-index.ts';
import type { StatusRules } from '../../../edge.ts';
import { around, type Format, type WrittenAnswer } from '../../render.ts';
import type { StatusEntry } from './status-answer.ts';

/** Nothing of an entry needs to be escaped: digits and colons, a word, and a number. To have it looked for takes longer than all else. */
export class FewStatuses implements WrittenAnswer {
  readonly #entries: readonly StatusEntry[];

  /** @param entries  at least one; their serial numbers as {@link StatusList} has them. */
  constructor(entries: readonly StatusEntry[]) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.length;
  }

  write(format: Format, root: string, requestId: string): string {
    const { before, middle, ending, next, after } = forms[format];
    const { opening, closing } = around(format, root, requestId);
    let written = `${opening}${before}`;
    let separator = '';
    for (const { SerialNumber, Status, RevokeTime } of this.#entries) {
      written += `${separator}${SerialNumber}${middle(Status)}${RevokeTime}${ending}`;
      separator = next;
    }
    return `${written}${after}${closing}`;
  }
}

export class StatusList implements WrittenAnswer {
  readonly #text: string;
  readonly #scale: number;
  readonly #pages: Page[] = [];
  #size = 0;

  /** @param text  in which the serial numbers are as they were sent: digits and colons, with something between them. */
  constructor(text: string, { revokeTimeUnit }: Pick<StatusRules, 'revokeTimeUnit'>) {
    this.#text = text;
    this.#scale = revokeTimeUnit === 'ms' ? 1000 : 1;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * The next entries.
   * @param spans  of each where its serial number begins in the text, and where it ends.
   * @param moments  of each as `StatusIndex.lookupPage` gives them.
   */
  add(spans: Int32Array, moments: Float64Array): void {
    this.#pages.push({ spans, moments });
    this.#size += moments.length;
  }

  write(format: Format, root: string, requestId: string): Uint8Array {
    const form = forms[format];
    const { opening, closing } = around(format, root, requestId);
    const longestEntry = form.middle('revoked').length + longestMoment + form.ending.length + form.next.length;
    const frame = opening.length + form.before.length + form.after.length + closing.length;
    const octets = Buffer.allocUnsafeSlow(frame + this.#text.length + longestEntry * this.#size);
    let at = octets.write(`${opening}${form.before}`, 0, 'latin1');
    // A page at a time: what a long answer is put together of is soon forgotten.
    for (const page of this.#pages) at += octets.write(this.#entries(page, form), at, 'latin1');
    // Without what would begin another entry.
    at -= form.next.length;
    at += octets.write(`${form.after}${closing}`, at, 'latin1');
    return octets.subarray(0, at);
  }

  #entries({ spans, moments }: Page, { middle, ending, next }: Form): string {
    const good = `${middle('good')}0${ending}${next}`;
    const unknown = `${middle('unknown')}0${ending}${next}`;
    const revoked = middle('revoked');
    let written = '';
    for (let index = 0; index < moments.length; index++) {
      const moment = moments[index] ?? neverIssued;
      written += this.#text.slice(spans[2 * index], spans[2 * index + 1]);
      if (moment === notRevoked) written += good;
      else if (moment === neverIssued) written += unknown;
      else written += `${revoked}${moment * this.#scale}${ending}${next}`;
    }
    return written;
  }
}

/** Digits of the greatest one that the status index keeps, in milliseconds. */
const longestMoment = 16;

interface Page {
  readonly spans: Int32Array;
  readonly moments: Float64Array;
}

/** What is around the entries: the first one's serial number follows `before`, and each further one's follows `next`. */
interface Form {
  readonly before: string;
  readonly middle: (status: string) => string;
  readonly ending: string;
  readonly next: string;
  readonly after: string;
}

const json: Form = {
  before: '"CertificateStatus":[{"SerialNumber":"',
  middle: (status) => `","Status":"${status}","RevokeTime":`,
  ending: '}',
  next: ',{"SerialNumber":"',
  after: '],',
};

const xml: Form = {
  before: '<CertificateStatus><SerialNumber>',
  middle: (status) => `</SerialNumber><Status>${status}</Status><RevokeTime>`,
  ending: '</RevokeTime></CertificateStatus>',
  next: '<CertificateStatus><SerialNumber>',
  after: '',
};

const forms: Readonly<Record<Format, Form>> = { JSON: json, XML: xml };
