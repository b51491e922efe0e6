// What has been filled into a form: wire parameters by name, and the rows of lists among them.

/** By wire name, such as `Tags.1.Key`. An empty text stands for a field or row that is there and not filled in. */
export type Values = Readonly<Record<string, string>>;

/** What is to be sent. */
export function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, text]) => text !== ''));
}

export function withValue(values: Values, path: string, text: string): Values {
  return { ...values, [path]: text };
}

/** How many rows a list has: as many as the highest that anything is known of. */
export function rowsOf(values: Values, path: string): number {
  const rows = Object.keys(values).map((name) => rowIn(name, path) ?? 0);
  return Math.max(0, ...rows);
}

/** @param leaf what of a row there is at least, such as `.Key`, or nothing for a list of texts. */
export function withRow(values: Values, path: string, leaf: string): Values {
  return { ...values, [`${path}.${rowsOf(values, path) + 1}${leaf}`]: '' };
}

/** The rows behind it move up. */
export function withoutRow(values: Values, path: string, row: number): Values {
  const kept = Object.entries(values).flatMap(([name, text]): [string, string][] => {
    const at = rowIn(name, path);
    if (at === undefined || at < row) return [[name, text]];
    if (at === row) return [];
    return [[`${path}.${at - 1}${name.slice(`${path}.${at}`.length)}`, text]];
  });
  return Object.fromEntries(kept);
}

function rowIn(name: string, path: string): number | undefined {
  const digits = name.startsWith(`${path}.`)
    ? /^[1-9]\d{0,3}(?=\.|$)/.exec(name.slice(path.length + 1))?.[0]
    : undefined;
  return digits === undefined ? undefined : Number(digits);
}
