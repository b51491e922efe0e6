// The plain records every protocol front end is written against. A front end is a function from a request and the services
// to a reply; only app/http knows the server underneath.

import type { Administration } from '../access/administration/command.ts';
import type { Directory } from '../access/directory.ts';
import type { FailedAttempts } from '../access/failed-attempts.ts';
import type { LastUses } from '../access/last-use.ts';
import type { TemporaryKeys } from '../access/temporary-keys.ts';
import type { RandomBytes } from '../base/bytes.ts';
import type { Sealing } from '../base/sealing.ts';
import type { Clock } from '../base/time.ts';
import type { VerifySignature } from '../pki/signature.ts';
import type { Background } from '../registry/background.ts';
import type { CrlPublisher } from '../registry/crl-publisher.ts';
import type { IssuanceRules } from '../registry/issuance.ts';
import type { Issuers } from '../registry/issuers.ts';
import type { JournalReader } from '../registry/journal-reader.ts';
import type { Signer } from '../registry/signer.ts';
import type { StatusReader } from '../registry/status-index.ts';
import type { CertificateStore } from '../registry/store.ts';
import type { LoggedCalls } from './access-line.ts';

export interface EdgeRequest {
  readonly method: string;
  /** As in the request line, before any decoding. */
  readonly path: string;
  /** What follows the first `?`, before any decoding; empty without one. */
  readonly query: string;
  readonly headers: EdgeHeaders;
  /** `too-large`: more than the front end is willing to read; the rest was not read. */
  readonly body: Uint8Array | 'too-large';
  /**
   * Of who asks; empty where the connection was gone before anybody wanted to know. Not looked up before: that takes as long as
   * to read a request, and OCSP answers alike whoever asks.
   */
  readonly sourceAddress: () => string;
  /** Whether the request came over TLS. */
  readonly secure: boolean;
}

/** Header fields by lower-case name. */
export interface EdgeHeaders {
  readonly has: (name: string) => boolean;
  /** The one value; `undefined` when it is missing, and when it was sent twice with no rule which one counts. */
  readonly only: (name: string) => string | undefined;
  /** Every value in the order received. */
  readonly all: (name: string) => readonly string[];
}

export interface EdgeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export type Handler = (request: EdgeRequest) => EdgeReply | Promise<EdgeReply>;

/** One that is long: its body goes out as it is made, no faster than it is read. */
export interface StreamedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Called once, when all of it was handed to the system or nobody reads any more. */
  readonly ended: (isWhole: boolean) => void;
}

/** A body that is read as it comes did not come to its end. */
export class BodyLost extends Error {
  override readonly name = 'BodyLost';
  readonly reason: 'timeout' | 'broken';

  constructor(reason: 'timeout' | 'broken') {
    super(`the body was lost: ${reason}`);
    this.reason = reason;
  }
}

/** What operations may use. Each takes from it only what it names in its handler. */
export interface Services {
  readonly store: CertificateStore;
  readonly journal: JournalReader;
  readonly issuers: Issuers;
  readonly signer: Signer;
  readonly verify: VerifySignature;
  readonly background: Background;
  readonly statusIndex: StatusReader;
  readonly directory: Directory;
  readonly administration: Administration;
  readonly temporaryKeys: TemporaryKeys;
  /** What diagnostic messages of refusals are sealed with. */
  readonly diagnostics: Sealing;
  readonly lastUses: Pick<LastUses, 'of' | 'note' | 'flush'>;
  readonly loggedCalls: LoggedCalls;
  /** Given by users who sign in or change their passwords, by user id. */
  readonly wrongPasswords: FailedAttempts;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly randomForNames: RandomBytes;
  readonly issuanceRules: IssuanceRules;
  readonly statusRules: StatusRules;
  readonly crls: Pick<CrlPublisher, 'stateOf'>;
}

export interface StatusRules {
  /** Most elements one status call may ask for. */
  readonly maxBatch: number;
  /** Unit of `RevokeTime` on the wire: seconds as the word UNIX timestamp says, or milliseconds for callers who need that. */
  readonly revokeTimeUnit: 's' | 'ms';
}

/** Whether the sender has what this entity tag stands for (RFC 9110 §13.1.2, weak comparison). */
export function hasAlready(request: EdgeRequest, etag: string): boolean {
  const tags = request.headers.only('if-none-match')?.split(',') ?? [];
  return tags.some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}
