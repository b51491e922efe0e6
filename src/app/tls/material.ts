// What https is served with: a certificate chain and its key, judged before anything is served with them.

import { constants, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { formatUtc, toSeconds, type UnixMillis, type UnixSeconds } from '../../base/time.ts';

/** PEM; the server's own certificate first. */
export interface TlsMaterial {
  readonly certificates: string;
  readonly key: string;
  /** Of the key, where it is encrypted. */
  readonly passphrase?: string;
}

export interface CheckedMaterial extends TlsMaterial {
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** SHA-256 of the server's own certificate, as OpenSSL prints it. */
  readonly fingerprint: string;
}

/** Certificate or key cannot be served with. The message names neither path nor secret: it is shown at /readyz. */
export class TlsProblem extends Error {
  override readonly name = 'TlsProblem';
}

/**
 * RFC 9325 §4.2: for TLS 1.2 only suites with forward secrecy and authenticated encryption; all those of TLS 1.3 are such.
 * Either side's order will do, so the client's counts: it knows what its processor is good at.
 */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** With the rules of this service about versions and ciphers, which a change of certificate must not lose. */
export function secureContextOf({ certificates, key, passphrase }: TlsMaterial): SecureContextOptions {
  return {
    cert: certificates,
    key,
    ...(passphrase !== undefined && { passphrase }),
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers,
    honorCipherOrder: false,
    // RFC 9325 §3.5: nothing here needs TLS 1.2 renegotiation, which costs the server more than who asks for it.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** @throws {TlsProblem} where clients could not, or would not, talk to a server that has this. */
export function checkMaterial(material: TlsMaterial, now: UnixMillis): CheckedMaterial {
  const [own] = readCertificates(material.certificates);
  if (!own) throw new TlsProblem('the certificate file has no PEM block CERTIFICATE');
  if (!own.checkPrivateKey(readKey(material))) throw new TlsProblem('the key is not that of the first certificate');
  const notBefore = toSeconds(own.validFromDate.getTime() as UnixMillis);
  const notAfter = toSeconds(own.validToDate.getTime() as UnixMillis);
  if (toSeconds(now) < notBefore) throw new TlsProblem(`the certificate is not valid before ${formatUtc(notBefore)}`);
  if (toSeconds(now) > notAfter) throw new TlsProblem(`the certificate expired at ${formatUtc(notAfter)}`);
  if (!isForServers(own)) throw new TlsProblem('the certificate is not for servers (extended key usage serverAuth)');
  try {
    createSecureContext(secureContextOf(material));
  } catch (cause) {
    throw new TlsProblem(`TLS cannot be served with it (${codeOf(cause)})`, { cause });
  }
  return { ...material, notBefore, notAfter, fingerprint: own.fingerprint256 };
}

function readCertificates(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new TlsProblem(`certificate ${index + 1} of the file cannot be read (${codeOf(cause)})`, { cause });
    }
  });
}

function readKey({ key, passphrase }: TlsMaterial): KeyObject {
  try {
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch (cause) {
    const encrypted = /ENCRYPTED/.test(key);
    const hint = encrypted ? (passphrase === undefined ? ': it is encrypted' : ': is the passphrase right?') : '';
    throw new TlsProblem(`the key cannot be read${hint} (${codeOf(cause)})`, { cause });
  }
}

/** RFC 5280 §4.2.1.12: without the extension it is for anything. */
function isForServers({ keyUsage }: X509Certificate): boolean {
  const purposes: readonly string[] | undefined = keyUsage;
  return purposes === undefined || purposes.includes('1.3.6.1.5.5.7.3.1') || purposes.includes('2.5.29.37.0');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'malformed';
}
