// What every reply of the console carries, and the shape of what it refuses.

import type { EdgeReply } from '../edge.ts';

/** For everything below /console/: nothing is sniffed, framed, told to others or shared with windows of others. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

/** What a page may load and do. @param styleNonce for the style sheets that antd makes in the browser. */
export function contentSecurityPolicy(styleNonce?: string): string {
  const styles = styleNonce === undefined ? "'self'" : `'self' 'nonce-${styleNonce}'`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** JSON that is nobody else's to keep. */
export function jsonReply(status: number, body: object, headers: Readonly<Record<string, string>> = {}): EdgeReply {
  return {
    status,
    headers: {
      ...securityHeaders,
      'content-security-policy': "default-src 'none'",
      'content-type': 'application/json;charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

/** The console will not do it; `code` and message are those of the API's errors where there is one of this kind. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
