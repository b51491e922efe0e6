// From what somebody pastes to the declared errors it can be.

import type { ExplorerCatalog, ExplorerOperation, ExplorerProduct } from '../../base/api.ts';

/** What there is to go by. */
export interface Clue {
  readonly code?: string;
  readonly message?: string;
  readonly requestId?: string;
  /** Operation, where it is known. */
  readonly action?: string;
  /** With the reasons of a refusal in it, sealed. */
  readonly diagnosticMessage?: string;
}

/** Whose error it is. */
export interface Origin {
  readonly product: ExplorerProduct;
  readonly operation: ExplorerOperation;
}

export interface Finding {
  readonly code: string;
  readonly http: number;
  /** As declared; what was sent names the values. */
  readonly cause: string;
  /** Absent for errors that every operation has. */
  readonly origin?: Origin;
  readonly declared?: ExplorerOperation['errors'][number]['cause'];
}

const uuid = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/i;

/** Alone: as long as none that is typed, and of Base64. */
const sealed = /^\s*([A-Za-z0-9+/_=-]{80,})\s*$/;

/** Reads an error body, JSON or XML, whole or in part; or a code; or a RequestId. */
export function clueIn(text: string): Clue {
  const code = member(text, 'Code') ?? /^\s*([A-Z][A-Za-z]+(?:\.[A-Za-z]+)*)\s*$/.exec(text)?.[1];
  const message = member(text, 'Message');
  const requestId = member(text, 'RequestId') ?? uuid.exec(text)?.[0];
  const diagnosticMessage = member(text, 'EncodedDiagnosticMessage') ?? sealed.exec(text)?.[1];
  return {
    ...(code && { code }),
    ...(message && { message }),
    ...(requestId && { requestId }),
    ...(diagnosticMessage && { diagnosticMessage }),
  };
}

function member(text: string, name: string): string | undefined {
  const json = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(text)?.[1];
  if (json !== undefined) {
    try {
      return String(JSON.parse(json));
    } catch {
      return undefined;
    }
  }
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}

/** What the code can mean: for the operation that is named, or else for all of them. */
export function findingsFor({ code, action }: Clue, { products, errors }: ExplorerCatalog): readonly Finding[] {
  if (code === undefined) return [];
  const ofEvery = errors
    .filter((error) => error.code === code)
    .map(({ http, message }): Finding => ({ code, http, cause: message }));
  const origins = products.flatMap((product) => product.operations.map((operation) => ({ product, operation })));
  const named = origins.filter(({ operation }) => action === undefined || operation.name === action);
  const ofOperations = named.flatMap((origin) =>
    origin.operation.errors
      .filter((error) => error.code === code)
      .map(({ http, message, cause }): Finding => ({ code, http, cause: message, origin, declared: cause })),
  );
  return [...ofEvery, ...ofOperations];
}
