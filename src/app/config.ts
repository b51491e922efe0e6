// The settings of the service: environment variables, or one JSON file for those that do not suit a variable.
// With secret-setting.ts, the only place that reads the environment. `certitude serve --help` prints the table below.

import { readFileSync } from 'node:fs';
import { mostCallsPerSecond } from '../access/administration/accounts.ts';
import { parseRange, type Range } from '../access/ip-range.ts';
import { parseGeneralName } from '../pki/general-name.ts';
import { operationsOf, products } from '../protocols/rpc/catalog.ts';
import { accessLogSettings, parseAccessLog } from './access-log/settings.ts';
import type { WriterSettings } from './access-log/writer.ts';
import { secretSetting } from './secret-setting.ts';
import {
  ConfigError,
  fail,
  type ListenAddress,
  parseChoice,
  parseListen,
  parseNumber,
  parseSwitch,
  type Setting,
  urlOf,
} from './setting.ts';
import { parseTransport, type TransportConfig, tlsSettings } from './tls/settings.ts';

export interface Config extends TransportConfig {
  /** Of plain http. */
  readonly listen: ListenAddress;
  /** Threads that serve. */
  readonly workers: number;
  readonly dataDir: string;
  readonly publicUrl: string;
  /** Whose X-Forwarded-For and X-Forwarded-Proto count; empty for nobody's. */
  readonly trustedProxies: readonly Range[];
  readonly rootAccessKey: { readonly accessKeyId: string; readonly accessKeySecret: string } | undefined;
  readonly demo: boolean;
  /** Calls a second for an account and operation, where the account has no limit of its own; 0 for no limit. */
  readonly qpsOf: (operation: string) => number;
  /** Calls a second for an operation, of all accounts together; 0 for no limit. */
  readonly apiQpsOf: (operation: string) => number;
  readonly maxStatusBatch: number;
  /** Serial numbers of one call of /v1/status. */
  readonly maxBulkStatus: number;
  /** How many serial numbers of such a call count as one call; 0 for any number. */
  readonly statusWeight: number;
  readonly keysAhead: number;
  readonly maxNonces: number;
  readonly revokeTimeUnit: 's' | 'ms';
  readonly allowRsa1024: boolean;
  readonly crlDelaySeconds: number;
  readonly ocspValiditySeconds: number;
  readonly ocspMaxAgeSeconds: number;
  readonly ocspMaxCertIds: number;
  readonly ocspNeverIssued: 'unknown' | 'revoked';
  readonly consoleIdleSeconds: number;
  readonly consoleSessionSeconds: number;
  readonly masterPassphrase: string | undefined;
  readonly logLevel: LogLevel;
  /** Absent: none is kept. */
  readonly accessLog: WriterSettings | undefined;
}

const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const settings = [
  {
    variable: 'CERTITUDE_LISTEN',
    key: 'listen',
    default: '127.0.0.1:8080',
    meaning:
      'Address and port of plain http. Anything but the loopback address puts what it serves on a network: signed, but not encrypted.',
  },
  ...tlsSettings,
  {
    variable: 'CERTITUDE_WORKERS',
    key: 'workers',
    default: '1',
    meaning:
      'Threads that serve, 1 to 64; as many as there are processors to spare. Those beyond the first answer status calls by serial number and kept OCSP answers themselves, and pass everything else on to the first. Calls that have a limit (CERTITUDE_QPS and others) are passed on too.',
  },
  {
    variable: 'CERTITUDE_DATA_DIR',
    key: 'dataDir',
    default: './data',
    meaning: 'Folder of the database and the master key. Whoever can read both can sign as any of your CAs.',
  },
  {
    variable: 'CERTITUDE_PUBLIC_URL',
    key: 'publicUrl',
    default: 'http://<listen>',
    meaning:
      'Base of the CRL and issuer addresses written into certificates. It cannot be changed in those already issued.',
  },
  {
    variable: 'CERTITUDE_TRUSTED_PROXIES',
    key: 'trustedProxies',
    default: '',
    meaning:
      'Addresses and CIDR blocks, separated by commas, of the proxies in front: their X-Forwarded-For tells the address of the caller, and their X-Forwarded-Proto whether he came over TLS, for policies, journal and logs. They must overwrite or append to what their callers send of these. Others are not listened to.',
  },
  {
    variable: 'CERTITUDE_QPS',
    key: 'qps',
    default: '10',
    meaning:
      'Calls a second for each account and operation; 0 for no limit. In the file also qpsByOperation: { "<operation>": n }. `certitude quota calls` sets other limits for one account.',
  },
  {
    variable: 'CERTITUDE_API_QPS',
    key: 'apiQps',
    default: '0',
    meaning:
      'Calls a second for each operation, of all accounts together; 0 for no limit. The last quarter is kept for accounts that call little. In the file also apiQpsByOperation: { "<operation>": n }.',
  },
  {
    variable: 'CERTITUDE_MAX_STATUS_BATCH',
    key: 'maxStatusBatch',
    default: '1000',
    meaning: 'Most serial numbers or identifiers in one status call, up to 10000.',
  },
  {
    variable: 'CERTITUDE_MAX_BULK_STATUS',
    key: 'maxBulkStatus',
    default: '1000000',
    meaning:
      'Most serial numbers in one call of /v1/status, 1 to 1000000. Each takes 20 octets of memory until the call is answered; eight calls are answered at a time, two of one account.',
  },
  {
    variable: 'CERTITUDE_STATUS_WEIGHT',
    key: 'statusWeight',
    default: '100000',
    meaning:
      'Serial numbers of a call of /v1/status that count as one call against the limit of its account (CERTITUDE_QPS), 1 to 1000000; 0: any number of them. A call that counts as several is answered at once, and the next ones wait for it.',
  },
  {
    variable: 'CERTITUDE_KEYS_AHEAD',
    key: 'keysAhead',
    default: '0',
    meaning:
      'How many key pairs of each algorithm in use are made before they are asked for, up to 64; 0 for none. They are in memory alone, in the clear, and forgotten at a stop. RSA keys take up to seconds of a processor each, then while nobody asks for one.',
  },
  {
    variable: 'CERTITUDE_MAX_NONCES',
    key: 'maxNonces',
    default: '8000000',
    meaning:
      'Most signature nonces remembered against replay of each quarter of an hour, 8 to 20 octets each in memory and 8 in the data folder. When there is no room, calls are refused as ServiceUnavailable. 8000000 are room for 8,800 calls a second without end.',
  },
  {
    variable: 'CERTITUDE_REVOKE_TIME_UNIT',
    key: 'revokeTimeUnit',
    default: 's',
    meaning: 'Unit of RevokeTime in status answers: s for seconds since 1970, ms for milliseconds.',
  },
  {
    variable: 'CERTITUDE_ALLOW_RSA_1024',
    key: 'allowRsa1024',
    default: '0',
    meaning: '1: allow RSA_1024 keys, for devices that know nothing else. Such keys can be broken.',
  },
  {
    variable: 'CERTITUDE_CRL_DELAY',
    key: 'crlDelaySeconds',
    default: '5',
    meaning:
      'Seconds from a revocation to the new CRLs of its CA, 0 to 3600; revocations in between share them. They are also published daily, and when `certitude crl publish` asks.',
  },
  {
    variable: 'CERTITUDE_OCSP_VALIDITY',
    key: 'ocspValiditySeconds',
    default: '43200',
    meaning:
      'Seconds from thisUpdate to nextUpdate of OCSP answers, 600 to 864000. So long a relying party or a stapling server may go on with an answer from before a revocation.',
  },
  {
    variable: 'CERTITUDE_OCSP_MAX_AGE',
    key: 'ocspMaxAgeSeconds',
    default: '300',
    meaning: 'Seconds an HTTP cache may keep an OCSP answer without asking again, 0 to 864000.',
  },
  {
    variable: 'CERTITUDE_OCSP_MAX_CERT_IDS',
    key: 'ocspMaxCertIds',
    default: '20',
    meaning: 'Most certificates one OCSP request may ask about, 1 to 1000; over it the answer is malformedRequest.',
  },
  {
    variable: 'CERTITUDE_OCSP_NEVER_ISSUED',
    key: 'ocspNeverIssued',
    default: 'unknown',
    meaning:
      'What OCSP says of serial numbers that were never issued: unknown, or revoked with the extended-revoke extension (RFC 6960 §2.2), for relying parties that let unknown pass.',
  },
  {
    variable: 'CERTITUDE_CONSOLE_IDLE',
    key: 'consoleIdleSeconds',
    default: '1800',
    meaning: 'Seconds after which whoever signed in to the console and does nothing is signed out, 60 to 86400.',
  },
  {
    variable: 'CERTITUDE_CONSOLE_SESSION',
    key: 'consoleSessionSeconds',
    default: '43200',
    meaning: 'Seconds after which everybody has to sign in to the console again, 60 to 604800.',
  },
  {
    variable: 'CERTITUDE_LOG_LEVEL',
    key: 'logLevel',
    default: 'info',
    meaning: 'debug (every call), info (changes and refusals), warn or error.',
  },
  ...accessLogSettings,
  {
    variable: 'CERTITUDE_DEMO',
    default: '1',
    meaning: '0: the first `npm start` makes no demonstration PKI.',
  },
  {
    variable: 'CERTITUDE_MASTER_PASSPHRASE',
    default: '',
    meaning:
      'Derives the master key, instead of the file master.key in the data folder. Chosen at the first start, for good.',
  },
  {
    variable: 'CERTITUDE_MASTER_PASSPHRASE_FILE',
    default: '',
    meaning:
      'File that holds the passphrase, so that it is not in the environment; a line end at its end does not count.',
  },
  {
    variable: 'CERTITUDE_ROOT_ACCESS_KEY_ID',
    default: '',
    meaning:
      'With CERTITUDE_ROOT_ACCESS_KEY_SECRET, for automation: the first start takes this key pair instead of making one.',
  },
  { variable: 'CERTITUDE_ROOT_ACCESS_KEY_SECRET', default: '', meaning: 'See CERTITUDE_ROOT_ACCESS_KEY_ID.' },
  {
    variable: 'CERTITUDE_ROOT_ACCESS_KEY_SECRET_FILE',
    default: '',
    meaning: 'File that holds this secret, so that it is not in the environment; a line end at its end does not count.',
  },
  {
    variable: 'CERTITUDE_CONFIG',
    default: '',
    meaning: 'JSON file with the settings above that have a key there; a variable wins over the file.',
  },
] as const satisfies readonly Setting[];

type Variable = (typeof settings)[number]['variable'];
type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {ConfigError} */
export function loadConfig(environment: Environment): Config {
  const file = readConfigFile(environment['CERTITUDE_CONFIG']);
  const read = (variable: Variable): string => {
    const setting: Setting | undefined = settings.find((each) => each.variable === variable);
    const fromFile = setting?.key === undefined ? undefined : file[setting.key];
    return environment[variable] ?? (fromFile === undefined ? undefined : String(fromFile)) ?? setting?.default ?? '';
  };
  if (environment['CERTITUDE_DATABASE_URL']) {
    throw new ConfigError(
      'CERTITUDE_DATABASE_URL is set, but this release has the embedded store only. Unset it to use the data folder.',
    );
  }
  const listen = parseListen('CERTITUDE_LISTEN', read('CERTITUDE_LISTEN'));
  return {
    listen,
    ...parseTransport(read),
    workers: parseNumber('CERTITUDE_WORKERS', read('CERTITUDE_WORKERS'), 1, 64),
    dataDir: read('CERTITUDE_DATA_DIR') || fail('CERTITUDE_DATA_DIR', 'must name a folder'),
    publicUrl: parsePublicUrl(environment['CERTITUDE_PUBLIC_URL'] ?? file['publicUrl'], listen),
    trustedProxies: parseRanges('CERTITUDE_TRUSTED_PROXIES', read('CERTITUDE_TRUSTED_PROXIES')),
    rootAccessKey: parseRootAccessKey(
      read('CERTITUDE_ROOT_ACCESS_KEY_ID'),
      secretSetting(environment, 'CERTITUDE_ROOT_ACCESS_KEY_SECRET'),
    ),
    demo: parseSwitch('CERTITUDE_DEMO', read('CERTITUDE_DEMO')),
    qpsOf: parseQps('CERTITUDE_QPS', read('CERTITUDE_QPS'), file['qpsByOperation']),
    apiQpsOf: parseQps('CERTITUDE_API_QPS', read('CERTITUDE_API_QPS'), file['apiQpsByOperation']),
    maxStatusBatch: parseNumber('CERTITUDE_MAX_STATUS_BATCH', read('CERTITUDE_MAX_STATUS_BATCH'), 1, 10_000),
    maxBulkStatus: parseNumber('CERTITUDE_MAX_BULK_STATUS', read('CERTITUDE_MAX_BULK_STATUS'), 1, 1_000_000),
    statusWeight: parseNumber('CERTITUDE_STATUS_WEIGHT', read('CERTITUDE_STATUS_WEIGHT'), 0, 1_000_000),
    keysAhead: parseNumber('CERTITUDE_KEYS_AHEAD', read('CERTITUDE_KEYS_AHEAD'), 0, 64),
    maxNonces: parseNumber('CERTITUDE_MAX_NONCES', read('CERTITUDE_MAX_NONCES'), 1000, 64_000_000),
    revokeTimeUnit: parseChoice('CERTITUDE_REVOKE_TIME_UNIT', read('CERTITUDE_REVOKE_TIME_UNIT'), ['s', 'ms']),
    allowRsa1024: parseSwitch('CERTITUDE_ALLOW_RSA_1024', read('CERTITUDE_ALLOW_RSA_1024')),
    crlDelaySeconds: parseNumber('CERTITUDE_CRL_DELAY', read('CERTITUDE_CRL_DELAY'), 0, 3600),
    ocspValiditySeconds: parseNumber('CERTITUDE_OCSP_VALIDITY', read('CERTITUDE_OCSP_VALIDITY'), 600, 864_000),
    ocspMaxAgeSeconds: parseNumber('CERTITUDE_OCSP_MAX_AGE', read('CERTITUDE_OCSP_MAX_AGE'), 0, 864_000),
    ocspMaxCertIds: parseNumber('CERTITUDE_OCSP_MAX_CERT_IDS', read('CERTITUDE_OCSP_MAX_CERT_IDS'), 1, 1000),
    ocspNeverIssued: parseChoice('CERTITUDE_OCSP_NEVER_ISSUED', read('CERTITUDE_OCSP_NEVER_ISSUED'), [
      'unknown',
      'revoked',
    ]),
    consoleIdleSeconds: parseNumber('CERTITUDE_CONSOLE_IDLE', read('CERTITUDE_CONSOLE_IDLE'), 60, 86_400),
    consoleSessionSeconds: parseNumber('CERTITUDE_CONSOLE_SESSION', read('CERTITUDE_CONSOLE_SESSION'), 60, 604_800),
    masterPassphrase: secretSetting(environment, 'CERTITUDE_MASTER_PASSPHRASE'),
    logLevel: parseChoice('CERTITUDE_LOG_LEVEL', read('CERTITUDE_LOG_LEVEL'), logLevels),
    accessLog: parseAccessLog(read),
  };
}

function readConfigFile(path: string | undefined): Readonly<Record<string, unknown>> {
  if (!path) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`CERTITUDE_CONFIG: ${path} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return fail('CERTITUDE_CONFIG', `(${path}) must hold one JSON object`);
  }
  const known = new Set<string>(['qpsByOperation', 'apiQpsByOperation']);
  for (const setting of settings) if ('key' in setting) known.add(setting.key);
  const unknown = Object.keys(parsed).find((key) => !known.has(key));
  if (unknown !== undefined) fail('CERTITUDE_CONFIG', `(${path}) has an unknown setting ${JSON.stringify(unknown)}`);
  return Object.assign(Object.create(null), parsed);
}

function parsePublicUrl(text: unknown, listen: ListenAddress): string {
  if (text === undefined || text === '') return urlOf('http', listen);
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  // RFC 5280 §8: a CRL address over https makes relying parties chase their own tail.
  if (url?.protocol !== 'http:' || url.search !== '' || url.hash !== '' || `${url.username}${url.password}` !== '') {
    return fail('CERTITUDE_PUBLIC_URL', 'must be an http:// address without query or credentials');
  }
  // The URL standard lets characters stand that RFC 3986 does not; what is added for a certificate is 48 of them at most.
  const longest = `${url.href}${'0'.repeat(48)}`;
  if (parseGeneralName('uniformResourceIdentifier', longest) === undefined) {
    return fail('CERTITUDE_PUBLIC_URL', 'must be an http:// address of RFC 3986, of 2,000 characters at most');
  }
  return url.href.replace(/\/+$/, '');
}

function parseRanges(variable: Variable, text: string): readonly Range[] {
  const written = text.split(',').map((each) => each.trim());
  return written
    .filter((each) => each !== '')
    .map(
      (each) =>
        parseRange(each) ??
        fail(variable, `must list addresses or CIDR blocks, not ${JSON.stringify(each.slice(0, 64))}`),
    );
}

function parseRootAccessKey(accessKeyId: string, accessKeySecret: string | undefined): Config['rootAccessKey'] {
  if (!accessKeyId && !accessKeySecret) return undefined;
  if (!accessKeyId) fail('CERTITUDE_ROOT_ACCESS_KEY_ID', 'must be set along with CERTITUDE_ROOT_ACCESS_KEY_SECRET');
  if (!accessKeySecret) fail('CERTITUDE_ROOT_ACCESS_KEY_SECRET', 'must be set along with CERTITUDE_ROOT_ACCESS_KEY_ID');
  return { accessKeyId, accessKeySecret };
}

function parseQps(variable: Variable, text: string, byOperation: unknown): Config['qpsOf'] {
  const usual = parseNumber(variable, text, 0, mostCallsPerSecond);
  const special = new Map<string, number>();
  if (byOperation !== undefined) {
    const name = variable === 'CERTITUDE_QPS' ? 'qpsByOperation' : 'apiQpsByOperation';
    if (typeof byOperation !== 'object' || byOperation === null || Array.isArray(byOperation)) {
      fail(name, 'must be an object');
    }
    for (const [operation, value] of Object.entries(byOperation as object)) {
      // A slip of the pen would leave the operation with the usual limit, and nobody would know.
      if (!products.some((product) => operationsOf(product).has(operation))) {
        fail(name, `has ${JSON.stringify(operation)}, no operation here`);
      }
      special.set(operation, parseNumber(`${name}.${operation}`, String(value), 0, mostCallsPerSecond));
    }
  }
  return (operation) => special.get(operation) ?? usual;
}
