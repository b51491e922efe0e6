// A call of the API made by whoever is signed in: the way of a signed call, with the session in the place of the signature.

import { bytesToHex, type RandomBytes, sha256Hex } from '../../base/bytes.ts';
import { type Clock, formatUtc, toSeconds } from '../../base/time.ts';
import type { EdgeHeaders, EdgeReply, EdgeRequest } from '../edge.ts';
import type { Authenticate } from '../rpc/authentication.ts';
import type { Catalog } from '../rpc/catalog.ts';
import type { Gateway } from '../rpc/gateway.ts';
import { percentEncode } from '../rpc/percent-encoding.ts';
import { jsonReply } from './replies.ts';
import { callBody, readBody } from './request-body.ts';
import type { Session } from './sessions.ts';

export interface CallServices {
  /** The gateway of signed calls, but for how a caller proves who he is, and with other operations where some are given. */
  readonly gatewayFor: (authenticate: Authenticate, catalog?: Catalog) => Gateway;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export async function callAs(session: Session, request: EdgeRequest, services: CallServices): Promise<EdgeReply> {
  const { version, action, parameters, format = 'JSON' } = readBody(request, callBody);
  const { clock } = services;
  const form = formOf({ ...parameters, Format: format });
  const sent = asSent({ version, action, form }, request, services);
  const gateway = services.gatewayFor(() => ({ caller: session.caller, action, version }));
  const began = clock.monotonic();
  const { status, headers, body } = await gateway({
    ...request,
    method: 'POST',
    path: '/',
    query: '',
    headers: headersOf({ ...sent.headers, 'user-agent': request.headers.only('user-agent') ?? '' }),
    body: new TextEncoder().encode(form),
  });
  return jsonReply(200, {
    status,
    headers,
    body: typeof body === 'string' ? body : new TextDecoder().decode(body),
    durationMillis: clock.monotonic() - began,
    request: sent,
  });
}

export function formOf(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, text]) => `${percentEncode(name)}=${percentEncode(text)}`)
    .join('&');
}

/** The request that a client with an access key would send for it, without the header that signs it. */
function asSent(
  { version, action, form }: { readonly version: string; readonly action: string; readonly form: string },
  { headers, secure }: EdgeRequest,
  { clock, random }: CallServices,
) {
  const host = headers.only('host') ?? '';
  return {
    method: 'POST',
    url: `${secure ? 'https' : 'http'}://${host}/`,
    headers: {
      host,
      'content-type': 'application/x-www-form-urlencoded',
      'x-acs-action': action,
      'x-acs-version': version,
      'x-acs-date': formatUtc(toSeconds(clock.now())),
      'x-acs-signature-nonce': bytesToHex(random(16)),
      'x-acs-content-sha256': sha256Hex(form),
    },
    body: form,
  };
}

export function headersOf(fields: Readonly<Record<string, string>>): EdgeHeaders {
  const only = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  return {
    only,
    has: (name) => only(name) !== undefined,
    all: (name) => {
      const value = only(name);
      return value === undefined ? [] : [value];
    },
  };
}
