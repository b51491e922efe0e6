// The parameters of RSASSA-PSS (RFC 4055 §3.1), which say how a signature of that padding was made.

import { readAlgorithmIdentifier } from './algorithm.ts';
import { DecodingError, DerReader } from './der-reader.ts';
import { oids } from './oid.ts';

export interface PssParameters {
  readonly digest: 'sha256' | 'sha384' | 'sha512';
  /** Octets. */
  readonly saltLength: number;
}

/**
 * `undefined` for what is not accepted: SHA-1, which is what parameters left out stand for; a mask generated with another
 * digest than the message's (RFC 4055 §3.1 recommends one for both); a salt that no key of ours has room for.
 */
export function readPssParameters(der: Uint8Array): PssParameters | undefined {
  try {
    return read(new DerReader(der));
  } catch (error) {
    if (error instanceof DecodingError) return undefined;
    throw error;
  }
}

function read(whole: DerReader): PssParameters | undefined {
  // RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] DEFAULT sha1, maskGenAlgorithm [1] DEFAULT mgf1SHA1,
  //   saltLength [2] INTEGER DEFAULT 20, trailerField [3] INTEGER DEFAULT 1 }
  const parameters = whole.sequence();
  whole.end();
  const hash = readDigest(parameters.constructed(0));
  const wrappedMask = parameters.constructed(1);
  const mask = wrappedMask.sequence();
  wrappedMask.end();
  if (mask.objectIdentifier() !== oids.mgf1 || readDigest(mask) !== hash) return undefined;
  let saltLength = 20;
  if (parameters.isConstructed(2)) {
    const wrapped = parameters.constructed(2);
    saltLength = wrapped.count();
    wrapped.end();
  }
  parameters.end(); // the only trailer there is, is the default, which DER leaves out
  return hash === undefined || saltLength > longestSalt ? undefined : { digest: hash, saltLength };
}

function readDigest(reader: DerReader): PssParameters['digest'] | undefined {
  const { id, parameters } = readAlgorithmIdentifier(reader);
  reader.end();
  return parameters instanceof Uint8Array ? undefined : digests.get(id);
}

const digests: ReadonlyMap<string, PssParameters['digest']> = new Map([
  [oids.sha256, 'sha256'],
  [oids.sha384, 'sha384'],
  [oids.sha512, 'sha512'],
]);

/** 512 octets of modulus, less a digest of 32 and two of padding (RFC 8017 §9.1.1). */
const longestSalt = 478;
