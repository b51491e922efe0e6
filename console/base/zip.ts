// Packs texts into a ZIP file, uncompressed (APPNOTE.TXT 6.3.3: local headers, central directory, end record).

export interface ZipEntry {
  /** Path with `/` within the archive. */
  readonly name: string;
  readonly text: string;
}

const utf8Names = 0x0800;
/** 1980-01-01, the first day that the format knows: equal texts make equal archives. */
const date = 0x0021;

export function zip(entries: readonly ZipEntry[]): Blob {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, text } of entries) {
    const path = encoder.encode(name);
    const body = encoder.encode(text);
    // Version 2.0, names in UTF-8, stored, time, date, checksum, sizes, length of the name, no extra field.
    const facts = [
      [2, 20],
      [2, utf8Names],
      [2, 0],
      [2, 0],
      [2, date],
      [4, crc32(body)],
    ] as const;
    const sizes = [
      [4, body.length],
      [4, body.length],
      [2, path.length],
      [2, 0],
    ] as const;
    const local = fields([[4, 0x04034b50], ...facts, ...sizes]);
    directory.push(
      fields([[4, 0x02014b50], [2, 20], ...facts, ...sizes, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      path,
    );
    parts.push(local, path, body);
    offset += local.length + path.length + body.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = entries.length;
  const end = fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

/** Little-endian numbers of 2 or 4 octets. */
function fields(values: readonly (readonly [octets: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const bytes = values.flatMap(([octets, value]) =>
    Array.from({ length: octets }, (_, at) => (value >>> (8 * at)) & 255),
  );
  return Uint8Array.from(bytes);
}

/** CRC-32 as in ISO 3309, bit by bit: for a few kilobytes. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
