// A QR code as an image file, for authenticator apps to read: 8-bit grayscale PNG (RFC 2083).

import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';

/** Pixels of one module. The quiet zone that ISO/IEC 18004 asks for is four modules wide. */
const scale = 4;
const quiet = 4;

/** @returns the file in Base64. */
export function qrCodePng(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: quiet });
  const width = size * scale;
  const rows = data.flatMap((row) => {
    // Filter type 0, then a pixel an octet.
    const line = Buffer.from([0, ...row.flatMap((dark) => Array<number>(scale).fill(dark ? 0x00 : 0xff))]);
    return Array<Buffer>(scale).fill(line);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]).toString('base64');
}

/** RFC 2083 §3.2: length, type, data, and a checksum of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
