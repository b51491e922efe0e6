// Writes a table as CSV (RFC 4180) that spreadsheets take for text.

/** Each row in the order of the head. */
export function csvOf(head: readonly string[], rows: Iterable<readonly string[]>): Blob {
  const lines = [head, ...rows].map((row) => row.map(cell).join(','));
  // The mark tells spreadsheets that it is UTF-8.
  return new Blob(['\uFEFF', lines.join('\r\n'), '\r\n'], { type: 'text/csv;charset=utf-8' });
}

/** What begins like a formula would be run as one by whoever opens the file: the apostrophe makes it text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
