// A certification request as callers send it: PKCS #10 in PEM.

import { Type } from 'typebox';
import { DecodingError } from '../../../../pki/der-reader.ts';
import { decodePem } from '../../../../pki/pem.ts';
import { acceptRequest, type ProvenRequest } from '../../../../registry/certification-request.ts';
import type { Services } from '../../../edge.ts';
import { invalid, missing } from '../../errors.ts';

export const csrExample = '-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n';

/** Mandatory, also where the vendor's schema calls it optional. */
export const csrParameter = {
  Csr: Type.String({
    maxLength: 100_000,
    description: 'The certification request: PKCS #10, in PEM, of 64 KiB at most.',
    examples: [csrExample],
  }),
};

/** @throws {ParameterError} `InvalidCsr` where it is no PEM. @throws {Refused} `csr-refused` */
export async function requestOf(
  { Csr }: { readonly Csr: string },
  { verify }: Pick<Services, 'verify'>,
): Promise<ProvenRequest> {
  if (Csr.trim() === '') throw missing('Csr');
  return await acceptRequest(decode(Csr), verify);
}

function decode(pem: string): Uint8Array {
  try {
    return decodePem(pem, 'CERTIFICATE REQUEST');
  } catch (error) {
    if (error instanceof DecodingError)
      throw invalid('Csr', `must be one CERTIFICATE REQUEST in PEM (${error.message})`);
    throw error;
  }
}
