// A word of a POSIX shell that means nothing but itself.

/** In single quotes nothing means anything but the closing one. */
export function shellWord(text: string): string {
  return /^[\w.,:@/+-]+$/.test(text) ? text : shellQuoted(text);
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
