// What the console shows of the operator's settings to whoever may ask: what callers and relying parties notice anyway.
// Paths, proxies, keys and passphrases are the operator's own, and not here.

import type { ShownSetting } from '../protocols/console/settings.ts';
import { type Config, settings } from './config.ts';
import { type ListenAddress, type Setting, urlOf } from './setting.ts';

type Variable = (typeof settings)[number]['variable'];

interface Shown {
  readonly group: ShownSetting['group'];
  readonly value: (config: Config) => string | number | boolean;
}

const shown: Partial<Record<Variable, Shown>> = {
  CERTITUDE_PUBLIC_URL: { group: 'addresses', value: ({ publicUrl }) => publicUrl },
  CERTITUDE_LISTEN: { group: 'addresses', value: ({ listen }) => hostAndPort(listen) },
  CERTITUDE_PLAIN_HTTP: { group: 'addresses', value: ({ plainHttp }) => plainHttp },
  CERTITUDE_TLS_LISTEN: { group: 'tls', value: ({ tls }) => (tls ? hostAndPort(tls.listen) : '') },
  CERTITUDE_TLS_ISSUER: {
    group: 'tls',
    value: ({ tls }) => (tls?.certificate.kind === 'own' ? tls.certificate.issuer : ''),
  },
  CERTITUDE_TLS_NAMES: {
    group: 'tls',
    value: ({ tls }) => (tls?.certificate.kind === 'own' ? tls.certificate.commonName : ''),
  },
  CERTITUDE_CRL_DELAY: { group: 'publication', value: ({ crlDelaySeconds }) => crlDelaySeconds },
  CERTITUDE_OCSP_VALIDITY: { group: 'publication', value: ({ ocspValiditySeconds }) => ocspValiditySeconds },
  CERTITUDE_OCSP_MAX_AGE: { group: 'publication', value: ({ ocspMaxAgeSeconds }) => ocspMaxAgeSeconds },
  CERTITUDE_OCSP_MAX_CERT_IDS: { group: 'publication', value: ({ ocspMaxCertIds }) => ocspMaxCertIds },
  CERTITUDE_OCSP_NEVER_ISSUED: { group: 'publication', value: ({ ocspNeverIssued }) => ocspNeverIssued },
  CERTITUDE_QPS: { group: 'calls', value: ({ qpsOf }) => qpsOf('') },
  CERTITUDE_API_QPS: { group: 'calls', value: ({ apiQpsOf }) => apiQpsOf('') },
  CERTITUDE_MAX_STATUS_BATCH: { group: 'calls', value: ({ maxStatusBatch }) => maxStatusBatch },
  CERTITUDE_MAX_BULK_STATUS: { group: 'calls', value: ({ maxBulkStatus }) => maxBulkStatus },
  CERTITUDE_STATUS_WEIGHT: { group: 'calls', value: ({ statusWeight }) => statusWeight },
  CERTITUDE_REVOKE_TIME_UNIT: { group: 'calls', value: ({ revokeTimeUnit }) => revokeTimeUnit },
  CERTITUDE_ALLOW_RSA_1024: { group: 'calls', value: ({ allowRsa1024 }) => allowRsa1024 },
  CERTITUDE_ACCESS_LOG: { group: 'calls', value: ({ accessLog }) => accessLog !== undefined },
  CERTITUDE_CONSOLE_IDLE: { group: 'console', value: ({ consoleIdleSeconds }) => consoleIdleSeconds },
  CERTITUDE_CONSOLE_SESSION: { group: 'console', value: ({ consoleSessionSeconds }) => consoleSessionSeconds },
};

function hostAndPort(listen: ListenAddress): string {
  return urlOf('http', listen).slice('http://'.length);
}

/** In the order of the table of settings. */
export function shownSettings(config: Config): readonly ShownSetting[] {
  return settings.flatMap((setting: Setting & { readonly variable: Variable }) => {
    const { variable, meaning, default: byDefault } = setting;
    const entry = shown[variable];
    if (!entry) return [];
    const value = entry.value(config);
    const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    return [{ variable, group: entry.group, value: text, byDefault, meaning }];
  });
}
