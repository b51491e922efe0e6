// The settings of https: where it listens, whose certificate it shows, and what is not to be had over plain http.

import type { GeneralName } from '../../pki/general-name.ts';
import { maximumAlternativeNames } from '../../pki/san-values.ts';
import { findOperation } from '../../protocols/rpc/catalog.ts';
import type { Operation } from '../../protocols/rpc/operation.ts';
import { serverName } from '../../protocols/rpc/operations/cas/server-names.ts';
import { fail, type ListenAddress, parseChoice, parseListen, type Setting } from '../setting.ts';

export interface TlsConfig {
  readonly listen: ListenAddress;
  readonly certificate: CertificateFiles | OwnCertificate;
}

/** Paths. */
export interface CertificateFiles {
  readonly kind: 'files';
  readonly certificate: string;
  readonly key: string;
  readonly passphrase: string | undefined;
}

export interface OwnCertificate {
  readonly kind: 'own';
  /** Identifier of a subordinate CA here. */
  readonly issuer: string;
  /** The first is the common name as well. */
  readonly names: readonly [GeneralName, ...GeneralName[]];
  readonly commonName: string;
}

export interface TransportConfig {
  /** Absent: no https. */
  readonly tls: TlsConfig | undefined;
  /** What the plain listener serves: everything, or what relying parties fetch, and health. */
  readonly plainHttp: 'all' | 'publication';
  /** Whether a call of the operation is refused over plain http. */
  readonly requiresTls: (operation: Operation) => boolean;
}

export const tlsSettings = [
  {
    variable: 'CERTITUDE_TLS_LISTEN',
    key: 'tlsListen',
    default: '',
    meaning:
      'Address and port of https, beside the plain one of CERTITUDE_LISTEN; empty: no https. Needs a certificate: either of files, or of one of your own CAs.',
  },
  {
    variable: 'CERTITUDE_TLS_CERTIFICATE_FILE',
    key: 'tlsCertificateFile',
    default: '',
    meaning:
      'PEM file with the certificate of https and those above it, its own first. Read again when it changes and on SIGHUP; one that does not fit is not taken.',
  },
  {
    variable: 'CERTITUDE_TLS_KEY_FILE',
    key: 'tlsKeyFile',
    default: '',
    meaning: 'PEM file with its private key. Let nobody but the system account of the service read it.',
  },
  {
    variable: 'CERTITUDE_TLS_KEY_PASSPHRASE_FILE',
    key: 'tlsKeyPassphraseFile',
    default: '',
    meaning: 'File with the passphrase of that key, where it is encrypted; a line end at its end does not count.',
  },
  {
    variable: 'CERTITUDE_TLS_ISSUER',
    key: 'tlsIssuer',
    default: '',
    meaning:
      'Identifier of a subordinate CA here, instead of files: the service has it issue the certificate of https, for 90 days, and replaces it after 60.',
  },
  {
    variable: 'CERTITUDE_TLS_NAMES',
    key: 'tlsNames',
    default: '',
    meaning: 'With CERTITUDE_TLS_ISSUER: host names and IP addresses that clients call it by, separated by commas.',
  },
  {
    variable: 'CERTITUDE_PLAIN_HTTP',
    key: 'plainHttp',
    default: '',
    meaning:
      'What CERTITUDE_LISTEN serves: all, or publication (/ocsp, /crl/, /issuer/, /healthz and /readyz: what has to be plain http). Unset: publication where there is https, else all.',
  },
  {
    variable: 'CERTITUDE_TLS_REQUIRED_FOR',
    key: 'tlsRequiredFor',
    default: '',
    meaning:
      'Names of operations separated by commas, or * for all: their calls are refused over plain http as InvalidProtocol.NeedSsl. Empty: none.',
  },
] as const satisfies readonly Setting[];

type TlsVariable = (typeof tlsSettings)[number]['variable'];
type Read = (variable: TlsVariable) => string;

/** @throws {ConfigError} */
export function parseTransport(read: Read): TransportConfig {
  const tls = parseTls(read);
  const plain = read('CERTITUDE_PLAIN_HTTP') || (tls ? 'publication' : 'all');
  const plainHttp = parseChoice('CERTITUDE_PLAIN_HTTP', plain, ['all', 'publication']);
  if (plainHttp === 'publication' && !tls) {
    fail('CERTITUDE_PLAIN_HTTP', 'publication leaves no address for the API; set CERTITUDE_TLS_LISTEN as well');
  }
  return { tls, plainHttp, requiresTls: parseRequiredFor(read('CERTITUDE_TLS_REQUIRED_FOR')) };
}

function parseTls(read: Read): TlsConfig | undefined {
  const listen = read('CERTITUDE_TLS_LISTEN');
  const files = parseFiles(read);
  const own = parseOwn(read);
  if (files && own) {
    fail('CERTITUDE_TLS_ISSUER', 'and CERTITUDE_TLS_CERTIFICATE_FILE are both set; set one');
  }
  const certificate = files ?? own;
  if (!listen) {
    if (!certificate) return undefined;
    fail('CERTITUDE_TLS_LISTEN', 'is not set, but a certificate for it is; set host:port, as 0.0.0.0:8443');
  }
  if (!certificate) {
    fail('CERTITUDE_TLS_LISTEN', 'needs CERTITUDE_TLS_CERTIFICATE_FILE and _KEY_FILE, or CERTITUDE_TLS_ISSUER');
  }
  return { listen: parseListen('CERTITUDE_TLS_LISTEN', listen), certificate };
}

function parseFiles(read: Read): CertificateFiles | undefined {
  const certificate = read('CERTITUDE_TLS_CERTIFICATE_FILE');
  const key = read('CERTITUDE_TLS_KEY_FILE');
  const passphrase = read('CERTITUDE_TLS_KEY_PASSPHRASE_FILE');
  if (!certificate && !key && !passphrase) return undefined;
  if (!certificate) fail('CERTITUDE_TLS_CERTIFICATE_FILE', 'must be set along with CERTITUDE_TLS_KEY_FILE');
  if (!key) fail('CERTITUDE_TLS_KEY_FILE', 'must be set along with CERTITUDE_TLS_CERTIFICATE_FILE');
  return { kind: 'files', certificate, key, passphrase: passphrase || undefined };
}

/** RFC 5280 appendix A, ub-common-name. */
const longestCommonName = 64;

function parseOwn(read: Read): OwnCertificate | undefined {
  const issuer = read('CERTITUDE_TLS_ISSUER');
  const list = read('CERTITUDE_TLS_NAMES');
  if (!issuer && !list) return undefined;
  if (!issuer) fail('CERTITUDE_TLS_ISSUER', 'must be set along with CERTITUDE_TLS_NAMES');
  if (!list) fail('CERTITUDE_TLS_NAMES', 'must be set along with CERTITUDE_TLS_ISSUER');
  const words = elementsOf(list);
  const [first, ...others] = words.map(
    (word) =>
      serverName(word) ?? fail('CERTITUDE_TLS_NAMES', `has ${JSON.stringify(word)}, no host name or IP address`),
  );
  const [commonName = ''] = words;
  if (!first || words.length > maximumAlternativeNames) {
    return fail('CERTITUDE_TLS_NAMES', `must have from 1 to ${maximumAlternativeNames} names`);
  }
  if (commonName.length > longestCommonName) {
    fail('CERTITUDE_TLS_NAMES', `must begin with a name of ${longestCommonName} characters at most`);
  }
  return { kind: 'own', issuer, names: [first, ...others], commonName };
}

/** A name that is none would require nothing, and nobody would be told: it stops the start. */
function parseRequiredFor(list: string): (operation: Operation) => boolean {
  const names = elementsOf(list);
  if (names.includes('*')) return () => true;
  const required = new Set(
    names.map(
      (name) =>
        findOperation(name) ?? fail('CERTITUDE_TLS_REQUIRED_FOR', `has ${JSON.stringify(name)}, no operation here`),
    ),
  );
  return (operation) => required.has(operation);
}

function elementsOf(list: string): readonly string[] {
  return list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
