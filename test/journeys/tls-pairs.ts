// Certificates and keys of https as an operator would bring them, made by a library that is not ours.

import '../pki/metadata-reflection.ts';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface Pair {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface TestAuthority {
  readonly root: string;
  readonly issue: (wanted?: Wanted) => Promise<Pair>;
}

export interface Wanted {
  readonly name?: string;
  /** Seconds from now. */
  readonly from?: number;
  readonly to?: number;
  readonly purpose?: string;
}

x509.cryptoProvider.set(webcrypto as Crypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';

export async function makeTestAuthority(): Promise<TestAuthority> {
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test Root',
    keys,
    signingAlgorithm: algorithm,
    ...span(-3600, 86_400),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    root: root.toString('pem'),
    issue: async ({ name = 'localhost', from = -60, to = 3600, purpose = serverAuth } = {}) => {
      const own = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        ...span(from, to),
        extensions: [
          new x509.SubjectAlternativeNameExtension([
            { type: 'dns', value: name },
            { type: 'ip', value: '127.0.0.1' },
          ]),
          new x509.ExtendedKeyUsageExtension([purpose]),
        ],
      });
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey));
      const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
      return { certificate: certificate.toString('pem'), key: key.export({ format: 'pem', type: 'pkcs8' }).toString() };
    },
  };
}

export function encrypted(pair: Pair, passphrase: string): Pair {
  const key = createPrivateKey(pair.key).export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase });
  return { ...pair, key: key.toString() };
}

/** Where the service is told to find them, and a way to put others in their place as whoever renews them does. */
export function pairFolder(folder: string) {
  mkdirSync(folder, { recursive: true });
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  return {
    ...files,
    environment: { CERTITUDE_TLS_CERTIFICATE_FILE: files.certificate, CERTITUDE_TLS_KEY_FILE: files.key },
    put: (pair: Pair) => {
      for (const part of ['certificate', 'key'] as const) {
        writeFileSync(`${files[part]}.new`, pair[part], { mode: 0o600 });
        renameSync(`${files[part]}.new`, files[part]);
      }
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function span(from: number, to: number): { notBefore: Date; notAfter: Date } {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return { notBefore: new Date(now + from * 1000), notAfter: new Date(now + to * 1000) };
}
