// Parameters of a call, each name once, in the order they were sent, with what is known of how they were spelled.

import { isUnreserved } from './percent-encoding.ts';

/** What operations read: a `Map` is one. */
export type Parameters = Pick<ReadonlyMap<string, string>, 'get' | 'has' | 'keys'>;

export interface Parameter {
  readonly name: string;
  readonly value: string;
  /** Whether both are known to be of unreserved characters alone, which are their own percent-encoding (RFC 3986 §2.3). */
  readonly isPlain: boolean;
  /** The first two code units of the name: where they differ, which of two comes first is told without looking at texts. */
  readonly begins: number;
}

/** Up to so many names are found faster by looking at each; and so many are sorted faster by insertion. */
const few = 16;

export class ParameterList implements Parameters {
  readonly #parameters: Parameter[];
  /** By name, once they are more than a few. */
  #index: Map<string, Parameter> | undefined;

  static of(parameters: Iterable<readonly [name: string, value: string]>): ParameterList {
    const list = new ParameterList();
    for (const [name, value] of parameters) list.add(name, value, isUnreserved(name) && isUnreserved(value));
    return list;
  }

  constructor(before?: ParameterList) {
    this.#parameters = before ? [...before.#parameters] : [];
  }

  get size(): number {
    return this.#parameters.length;
  }

  /** For a name that it does not have. */
  add(name: string, value: string, isPlain: boolean): void {
    const begins = ((name.charCodeAt(0) << 16) | name.charCodeAt(1)) >>> 0;
    const parameter = { name, value, isPlain, begins };
    this.#parameters.push(parameter);
    this.#index?.set(name, parameter);
  }

  get(name: string): string | undefined {
    return this.#find(name)?.value;
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  *keys(): Generator<string, undefined, void> {
    for (const { name } of this.#parameters) yield name;
  }

  /** By name, in the order of code units, which for the ASCII names of parameters is that of bytes. */
  sorted(): readonly Parameter[] {
    const sorted = this.#parameters.slice();
    if (sorted.length > few) return sorted.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    for (let next = 1; next < sorted.length; next++) {
      const parameter = sorted[next] as Parameter;
      let at = next;
      for (let before = sorted[at - 1]; before && isBefore(parameter, before); before = sorted[at - 1]) {
        sorted[at--] = before;
      }
      sorted[at] = parameter;
    }
    return sorted;
  }

  #find(name: string): Parameter | undefined {
    const parameters = this.#parameters;
    if (parameters.length > few) {
      this.#index ??= new Map(parameters.map((parameter) => [parameter.name, parameter]));
      return this.#index.get(name);
    }
    for (let at = 0; at < parameters.length; at++) {
      const parameter = parameters[at] as Parameter;
      if (parameter.name === name) return parameter;
    }
    return undefined;
  }
}

function isBefore(a: Parameter, b: Parameter): boolean {
  return a.begins === b.begins ? a.name < b.name : a.begins < b.begins;
}
