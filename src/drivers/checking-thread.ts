// The thread in which signatures are checked: takes several in a message, and answers each.

import { parentPort } from 'node:worker_threads';
import { type SignatureAlgorithmOf, verifySignature } from '../pki/signature.ts';

/** Checks that were asked for in one turn. Their octets are one buffer that is handed over: to clone many small arrays costs more. */
export interface Checks {
  /** Of each check message, signature and SubjectPublicKeyInfo, one after the other. */
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly asked: readonly {
    readonly lengths: readonly [message: number, signature: number, spki: number];
    readonly algorithm: SignatureAlgorithmOf;
  }[];
}

/** Of each check whether the signature is genuine, or why that cannot be told. */
export type Verdicts = readonly (boolean | Error)[];

parentPort?.on('message', (checks: Checks) => parentPort?.postMessage(verdictsOn(checks)));

function verdictsOn({ octets, asked }: Checks): Verdicts {
  let at = 0;
  const next = (length: number) => {
    at += length;
    return octets.subarray(at - length, at);
  };
  return asked.map(({ lengths: [message, signature, spki], algorithm }) => {
    const parts = [next(message), next(signature), next(spki)] as const;
    try {
      return verifySignature(...parts, algorithm);
    } catch (error) {
      return error instanceof Error ? error : new Error('a signature could not be checked', { cause: error });
    }
  });
}
