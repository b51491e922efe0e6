// Reads what `status` is to ask for: serial numbers, or certificates whose serial numbers are taken.

import { parseCertificate } from '../pki/certificate.ts';
import { decodePemBlocks } from '../pki/pem.ts';
import { parseSerialNumber } from '../pki/serial-number.ts';
import { InputError } from './failure.ts';
import { readInput } from './input.ts';

/** @throws {InputError} naming the argument */
export function serialsFromArguments(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(',').map((part) => part.trim()))
    .filter((part) => part !== '')
    .map(assertSerial);
}

/**
 * Serial numbers one a line (empty lines and those beginning with # are skipped), PEM certificates, both mixed, or one
 * certificate in DER.
 * @param path a file, or `-` for standard input.
 * @throws {InputError} naming the file and the line
 */
export async function serialsFromFile(path: string): Promise<string[]> {
  const content = await readInput(path);
  // A SEQUENCE of 128 octets or more (X.690 §8.1.3.5). 0x30 alone is also the digit 0, with which serial numbers begin.
  if (content[0] === 0x30 && (content[1] ?? 0) >= 0x80) return [serialOf(content, path)];
  const text = new TextDecoder().decode(content);
  const serials: string[] = [];
  const lines = text.split(/\r?\n/);
  let block: string[] | undefined;
  for (const [index, line] of lines.entries()) {
    const where = `${path}, line ${index + 1}`;
    if (block) {
      block.push(line);
      if (line.startsWith('-----END ')) {
        serials.push(serialOfPem(block.join('\n'), where));
        block = undefined;
      }
    } else if (line.startsWith('-----BEGIN ')) {
      block = [line];
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      serials.push(...line.split(',').map((part) => assertSerial(part.trim(), where)));
    }
  }
  if (block) throw new InputError(`${path}: the last PEM block has no end.`);
  if (serials.length === 0) throw new InputError(`${path} has no serial number and no certificate in it.`);
  return serials;
}

function assertSerial(text: string, where: unknown): string {
  if (parseSerialNumber(text) !== undefined) return text;
  const place = typeof where === 'string' ? ` (${where})` : '';
  throw new InputError(
    `${JSON.stringify(text.slice(0, 64))}${place} is no serial number: hexadecimal, at most 20 octets.`,
  );
}

function serialOfPem(block: string, where: string): string {
  try {
    const [first] = decodePemBlocks(block);
    if (first?.label !== 'CERTIFICATE') throw new Error('it is not a CERTIFICATE');
    return serialOf(first.der, where);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`The PEM block that ends at ${where} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function serialOf(der: Uint8Array, where: string): string {
  try {
    return parseCertificate(der).serialNumber;
  } catch (cause) {
    throw new InputError(`The certificate at ${where} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
