// The header fields of a request as they were sent. Node joins or drops repeated ones by its own rules; here each is kept.

import type { EdgeHeaders } from '../../protocols/edge.ts';

/** Looks through the lines on each question: a call asks for a few of its few headers, so that an index costs more. */
export class HeaderLines implements EdgeHeaders {
  /** Name, value, name, value, and so on. */
  readonly lines: readonly string[];

  constructor(rawHeaders: readonly string[]) {
    this.lines = rawHeaders;
  }

  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  only(name: string): string | undefined {
    const at = this.#find(name, 0);
    return at < 0 || this.#find(name, at + 2) >= 0 ? undefined : this.lines[at + 1];
  }

  all(name: string): readonly string[] {
    const values: string[] = [];
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 2)) values.push(this.lines[at + 1] ?? '');
    return values;
  }

  #find(name: string, from: number): number {
    const lines = this.lines;
    for (let at = from; at < lines.length; at += 2) {
      const each = lines[at] ?? '';
      if (each.length === name.length && (each === name || each.toLowerCase() === name)) return at;
    }
    return -1;
  }
}
