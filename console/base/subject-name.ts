// What to call somebody by a distinguished name in text.

/** The common name; all of the name where it has none. */
export function commonNameIn(subject: string): string {
  const value = /(?:^|,)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return value === undefined ? subject : value.replace(/\\(.)/g, '$1');
}
