// The tables, as Kysely sees them. The journal is the record; every other table is a view of it, kept beside it so that
// guards and look-ups need not read it, or holds what is too large or too secret for it.

import type { Generated } from 'kysely';
import type { KeyAlgorithm } from '../../pki/algorithm.ts';
import type { SerialNumber } from '../../pki/serial-number.ts';
import type { CertificateKind, CertificateState, Identifier, RevocationReason } from '../../registry/model.ts';

export interface Schema {
  journal: JournalTable;
  checkpoints: CheckpointsTable;
  certificates: CertificatesTable;
  listing_counts: ListingCountsTable;
  change_counts: ChangeCountsTable;
  recounts: RecountsTable;
  tags: TagsTable;
  client_tokens: ClientTokensTable;
  crls: CrlsTable;
  crl_parts: CrlPartsTable;
  sealed: SealedTable;
  accounts: { account: string; name: string; alias: string | null };
  users: { account: string; name: string; user_id: string };
  groups: { account: string; name: string };
  group_members: { account: string; group: string; user: string };
  roles: { account: string; name: string };
  /** `user` is null for a key of the account's root. */
  access_keys: { access_key_id: string; account: string; user: string | null; active: number };
  /** Versions are numbered from 1; `last_version` is the last number given, whether or not it is still there. */
  policies: { account: string; name: string; default_version: number; last_version: number };
  policy_versions: { account: string; policy: string; version: number };
  attached_policies: { account: string; holder_kind: 'user' | 'group' | 'role'; holder: string; policy: string };
  /** Keys alone: values are read from the journal. */
  access_tags: { account: string; holder_kind: 'role' | 'policy'; holder: string; key: string };
  login_profiles: { account: string; user: string; secret_id: string };
  /** `user` is null while the device is bound to nobody. */
  mfa_devices: { account: string; name: string; secret_id: string; user: string | null };
  /** Beside the journal: uses are no changes. */
  last_uses: { subject: string; at: number; service: string };
  settings: { name: string; value: string };
}

/** All of them, for those who ask whether they are there. */
export const tableNames = Object.keys({
  journal: true,
  checkpoints: true,
  certificates: true,
  listing_counts: true,
  change_counts: true,
  recounts: true,
  tags: true,
  client_tokens: true,
  crls: true,
  crl_parts: true,
  sealed: true,
  accounts: true,
  users: true,
  groups: true,
  group_members: true,
  roles: true,
  access_keys: true,
  policies: true,
  policy_versions: true,
  attached_policies: true,
  access_tags: true,
  login_profiles: true,
  mfa_devices: true,
  last_uses: true,
  settings: true,
} satisfies Record<keyof Schema, true>);

/** Where the databases' words differ. */
export interface ColumnTypes {
  readonly binary: 'blob' | 'bytea';
  /** Of numbers handed out without end; SQLite makes only `integer` the row's own key. */
  readonly counter: 'integer' | 'bigint';
}

/** The columns of `ChainedRow` (registry/journal.ts), and the entry's hash. */
interface JournalTable {
  sequence: number;
  at: number;
  account: string;
  principal: string;
  request_id: string;
  source_address: string;
  kind: string;
  identifier: string | null;
  issuer: string | null;
  serial: string | null;
  facts: string;
  hash: Uint8Array;
}

/** Places up to which the journal was whole when they were written; start-up verifies from the last one on. */
interface CheckpointsTable {
  sequence: number;
  hash: Uint8Array;
  /** The moment of the entry named, milliseconds since 1970. */
  at: number;
}

export interface CertificatesTable {
  /** Ascending in the order of reservation, never given twice. */
  id: Generated<number>;
  identifier: Identifier;
  account: string;
  kind: CertificateKind;
  issuer: Identifier;
  serial: SerialNumber;
  state: CertificateState;
  key_algorithm: KeyAlgorithm;
  alias_name: string | null;
  custom_identifier: string | null;
  resource_group_id: string | null;
  /** `AuthorityTerms` as JSON; null for end entities. */
  terms: string | null;
  revoked_at: number | null;
  reason: RevocationReason | null;
  /** Of the last journal entry about this certificate's state. */
  sequence: number;
  der: Uint8Array | null;
  /** Distinguished name as text: what lists search. */
  subject: string;
  /** Seconds since 1970. */
  not_before: number;
  not_after: number;
  /** Moment of the last entry about this certificate, labels included; milliseconds since 1970. */
  changed_at: number;
  /** Of the last journal entry about its labels; the reservation is the first. */
  labels_sequence: number;
  /** 1 while its private key is held here. */
  has_key: number;
  uploaded_at: number | null;
  /** Of authorities: how many certificates it may issue, null for no limit, and how many it has issued. */
  quota: number | null;
  issued_count: number;
  /** What is to be signed, of a reservation that is finished later. */
  tbs: Uint8Array | null;
  /** Seconds since 1970. */
  invalidity_date: number | null;
}

/** How many listed certificates are alike in what lists filter by, in each block of ids (listing-counts.ts). */
interface ListingCountsTable {
  account: string;
  block: number;
  kind: CertificateKind;
  state: CertificateState;
  issuer: Identifier;
  /** Empty for none. */
  resource_group: string;
  n: number;
}

/** The lists an authority has published last, one row for each scope; they are replaced together. */
interface CrlsTable {
  authority: Identifier;
  /** What follows the authority in the list's name: empty, `-delta`, `-p0` and so on. */
  scope: string;
  number: number;
  /** Seconds since 1970. */
  this_update: number;
  next_update: number;
  /** The journal's head when its entries were read: all up to here is in it. */
  sequence: number;
  /** Of the complete list that deltas add to, and of the one they will add to after the next regular publication. */
  base_number: number;
  base_sequence: number;
  next_base_number: number;
  next_base_sequence: number;
  /** Which of the parts below are its bytes, and how many octets they are together. */
  attempt: string;
  octets: number;
}

/** The bytes of lists that are published, or about to be, or were: a list of 50 MB is written in several transactions. */
interface CrlPartsTable {
  authority: Identifier;
  /** One attempt at publishing, by a name nobody else has. */
  attempt: string;
  /** Of what is attempted. */
  number: number;
  scope: string;
  part: number;
  bytes: Uint8Array;
}

/** The same by the day they changed last, in days since 1970 (UTC). */
interface ChangeCountsTable extends Omit<ListingCountsTable, 'block'> {
  day: number;
}

/** What is to be added to both: a certificate that came to a place, or left it. */
interface RecountsTable extends ListingCountsTable {
  id: Generated<number>;
  day: number;
}

interface ClientTokensTable {
  account: string;
  operation: string;
  token: string;
  /** SHA-256 of the parameters it came with, hexadecimal. */
  parameters: string;
  identifier: Identifier;
  /** Milliseconds since 1970. */
  taken_at: number;
}

interface TagsTable {
  identifier: Identifier;
  /** From 0, in the order the caller gave them. */
  position: number;
  key: string;
  value: string;
}

interface SealedTable {
  /** `private-key:<identifier>`, or as `secretIdentity` (access/events.ts) says: what the secret is sealed for and opens for. */
  identity: string;
  bytes: Uint8Array;
}

/** The identity a certificate's private key is sealed and stored under. */
export function privateKeyIdentity(identifier: Identifier): string {
  return `private-key:${identifier}`;
}
