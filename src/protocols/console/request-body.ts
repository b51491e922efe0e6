// Reads the JSON body of a request to the console, strictly.

import { type Static, type TObject, Type } from 'typebox';
import { Check } from 'typebox/value';
import { MAX_SECURITY_TOKEN_LENGTH } from '../../access/temporary-keys.ts';
import type { EdgeRequest } from '../edge.ts';
import { ConsoleError } from './replies.ts';

const closed = { additionalProperties: false } as const;

export const signInBody = Type.Object(
  {
    accessKeyId: Type.String({ minLength: 1, maxLength: 128 }),
    accessKeySecret: Type.String({ minLength: 1, maxLength: 1024 }),
    securityToken: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_SECURITY_TOKEN_LENGTH })),
  },
  closed,
);

export const passwordSignInBody = Type.Object(
  {
    /** `<user>@<account>`. */
    userName: Type.String({ minLength: 1, maxLength: 256 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
  },
  closed,
);

export const linkSignInBody = Type.Object({ token: Type.String({ minLength: 1, maxLength: 128 }) }, closed);

export const newPasswordBody = Type.Object({ newPassword: Type.String({ minLength: 1, maxLength: 1024 }) }, closed);

const code = Type.String({ minLength: 1, maxLength: 16 });
export const twoCodesBody = Type.Object({ code1: code, code2: code }, closed);

export const noBody = Type.Object({}, closed);

export const callBody = Type.Object(
  {
    version: Type.String({ maxLength: 32 }),
    action: Type.String({ maxLength: 128 }),
    parameters: Type.Record(Type.String(), Type.String()),
    format: Type.Optional(Type.String({ maxLength: 16 })),
  },
  closed,
);

/**
 * A body that says it is JSON: a form of another site cannot send that unasked.
 * @throws {ConsoleError}
 */
export function readBody<Shape extends TObject>(request: EdgeRequest, shape: Shape): Static<Shape> {
  const { body } = request;
  if (body === 'too-large') throw new ConsoleError(413, 'RequestTooLarge', 'The request body is larger than 1 MiB.');
  const type = request.headers.only('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw unreadable('The body must be JSON, and Content-Type must say so.');
  const value = parse(body);
  if (!Check(shape, value)) {
    throw unreadable(`The body must be a JSON object with ${Object.keys(shape.properties).join(', ')}.`);
  }
  return value;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw unreadable('The body is not JSON in UTF-8.');
  }
}

function unreadable(message: string): ConsoleError {
  return new ConsoleError(400, 'InvalidParameter', message);
}
