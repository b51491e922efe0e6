// The answer of a status operation to a long list, written as JSON or XML without an object for each entry.

import { neverIssued, notRevoked } from '../../../../registry/status-index.ts';
import type { StatusRules } from '../../../edge.ts';
import { around, type Format, type WrittenAnswer } from '../../render.ts';

export class StatusList implements WrittenAnswer {
  readonly #text: string;
  readonly #scale: number;
  readonly #pages: { readonly spans: Int32Array; readonly moments: Float64Array }[] = [];
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

  write(format: Format, root: string, requestId: string): string {
    const { opening, closing } = around(format, root, requestId);
    const { before, beginning, middle, ending, between, after } = format === 'JSON' ? json : xml;
    const endings = (then: string) => ({
      good: `${middle('good')}0${ending}${then}`,
      unknown: `${middle('unknown')}0${ending}${then}`,
      revoked: `${ending}${then}`,
    });
    const next = endings(`${between}${beginning}`);
    const last = endings(`${after}${closing}`);
    const revoked = middle('revoked');
    let written = `${opening}${before}${beginning}`;
    let left = this.#size;
    for (const { spans, moments } of this.#pages) {
      for (let index = 0; index < moments.length; index++) {
        const moment = moments[index] ?? neverIssued;
        const then = --left > 0 ? next : last;
        written += this.#text.slice(spans[2 * index], spans[2 * index + 1]);
        if (moment === notRevoked) written += then.good;
        else if (moment === neverIssued) written += then.unknown;
        else written += `${revoked}${moment * this.#scale}${then.revoked}`;
      }
    }
    return written;
  }
}

/** What is around all entries; and of each around its serial number, its status and its moment. */
interface Form {
  readonly before: string;
  readonly beginning: string;
  readonly middle: (status: string) => string;
  readonly ending: string;
  readonly between: string;
  readonly after: string;
}

const json: Form = {
  before: '"CertificateStatus":[',
  beginning: '{"SerialNumber":"',
  middle: (status) => `","Status":"${status}","RevokeTime":`,
  ending: '}',
  between: ',',
  after: '],',
};

const xml: Form = {
  before: '',
  beginning: '<CertificateStatus><SerialNumber>',
  middle: (status) => `</SerialNumber><Status>${status}</Status><RevokeTime>`,
  ending: '</RevokeTime></CertificateStatus>',
  between: '',
  after: '',
};
