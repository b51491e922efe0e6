// CAs on a real store, with a clock that stands still until it is told, and whatever faults a test wants in between.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { BackgroundWork } from '../../src/app/background.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import {
  type Clock,
  type MonotonicMillis,
  type UnixMillis,
  type UnixSeconds,
  unixSeconds,
} from '../../src/base/time.ts';
import { FileSigner } from '../../src/drivers/file-signer.ts';
import { Sealer } from '../../src/drivers/sealer.ts';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nameOf } from '../../src/pki/name.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { verifySignatureInPool } from '../../src/pki/signature.ts';
import { createRoot, createSubordinate } from '../../src/registry/authorities.ts';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import { CrlPublisher, type CrlPublisherServices } from '../../src/registry/crl-publisher.ts';
import { issueEndEntity } from '../../src/registry/end-entities.ts';
import { Issuers } from '../../src/registry/issuers.ts';
import type { AuthorityTerms, Identifier, RevocationReason } from '../../src/registry/model.ts';
import { profileOf } from '../../src/registry/profile.ts';
import type { Publication, PublicationStore } from '../../src/registry/publication-store.ts';
import { releaseEndEntity, revokeEndEntity } from '../../src/registry/revocation.ts';
import { type ReadCrl, readCrl } from './reading-crls.ts';

export const start = unixSeconds(1_800_000_000);
export const publicUrl = 'http://pki.example';
export const delaySeconds = 5;

export class StillClock implements Clock {
  #millis = start * 1000;
  #monotonic = 1000;

  now(): UnixMillis {
    return this.#millis as UnixMillis;
  }

  monotonic(): MonotonicMillis {
    return this.#monotonic as MonotonicMillis;
  }

  /** Both clocks. */
  pass(seconds: number): void {
    this.#millis += seconds * 1000;
    this.#monotonic += seconds * 1000;
  }

  /** The one on the wall. */
  set(moment: number): void {
    this.#millis = moment * 1000;
  }
}

export interface Certificate {
  readonly identifier: Identifier;
  readonly serialNumber: SerialNumber;
  readonly der: Uint8Array;
}

export interface Observed {
  readonly publisher: CrlPublisher;
  readonly published: Publication[];
  readonly failures: string[];
}

/** The store's publications with some of their methods replaced. */
export function publicationsWith(
  { publications: store }: SqliteStore,
  replaced: Partial<PublicationStore>,
): PublicationStore {
  return {
    headSequence: () => store.headSequence(),
    crlCount: (query) => store.crlCount(query),
    crlRows: (query) => store.crlRows(query),
    crlChanges: (query) => store.crlChanges(query),
    releasedSince: (issuer, sequence) => store.releasedSince(issuer, sequence),
    statusChangedSince: (issuer, sequence) => store.statusChangedSince(issuer, sequence),
    crlStandings: (issuer, serialNumbers) => store.crlStandings(issuer, serialNumbers),
    crlRequestedSince: (authority, sequence) => store.crlRequestedSince(authority, sequence),
    publishedCrls: (authority) => store.publishedCrls(authority),
    publishedEnds: (authority, number) => store.publishedEnds(authority, number),
    publishedLists: () => store.publishedLists(),
    publishCrls: (publication, expected, staged) => store.publishCrls(publication, expected, staged),
    stageCrls: (publication) => store.stageCrls(publication),
    dropStagedCrls: (authority, staged) => store.dropStagedCrls(authority, staged),
    ...replaced,
  };
}

export async function publishingWorld(
  t: TestContext,
  {
    terms = {},
    algorithm = 'ECC_256',
  }: { terms?: AuthorityTerms; algorithm?: 'ECC_256' | 'SM2_256' | 'RSA_2048' } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-crls-'));
  const open = () => SqliteStore.open({ dataDir: join(folder, 'data'), mode: 'existing-or-create', verify: 'none' });
  const opened: SqliteStore[] = [await open()];
  t.after(async () => {
    for (const each of opened) await each.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const [store] = opened as [SqliteStore];
  const clock = new StillClock();
  const signer = new FileSigner(new Sealer(randomBytes(32), randomBytes));
  const services = {
    store,
    issuers: new Issuers(store),
    signer,
    verify: verifySignatureInPool,
    clock,
    randomForNames: randomBytes,
    background: new BackgroundWork(() => {}),
    issuanceRules: { publicUrl, allowRsa1024: false },
  };
  const account = '1000000000000001' as AccountId;
  const who = {
    account,
    actor: { principal: 'acs:ram::1000000000000001:root', requestId: 'R', sourceAddress: '127.0.0.1' },
    labels: {},
  };
  const root = await createRoot(
    { ...who, algorithm, subject: nameOf({ organization: 'Example', commonName: 'Root' }), years: 20 },
    services,
  );
  const issuing = await createSubordinate(
    {
      ...who,
      algorithm,
      parent: root.identifier,
      subject: nameOf({ organization: '示例', commonName: 'Issuing' }),
      years: 10,
      terms: { pathLength: 0, ...terms },
      extendedKeyUsages: [],
    },
    services,
  );

  const issue = async (notAfter?: UnixSeconds): Promise<Certificate> => {
    const issued = await issueEndEntity(
      {
        ...who,
        kind: 'client',
        parent: issuing.identifier,
        key: { made: algorithm },
        subject: { parts: { commonName: 'device' } },
        ...profileOf('client', []),
        validity: notAfter === undefined ? { kind: 'days', days: 365 } : { kind: 'exact', notAfter },
        withCrlAddress: true,
      },
      services,
    );
    assert.ok(issued.der);
    return { ...issued, der: issued.der };
  };
  const revoke = async ({ identifier }: Certificate, reason?: RevocationReason, invalidityDate?: UnixSeconds) => {
    await revokeEndEntity({ ...who, identifier, reason, invalidityDate }, services);
  };
  const release = async ({ identifier }: Certificate) => {
    await releaseEndEntity({ ...who, identifier }, services);
  };

  /** A publisher that has loaded what there is, with some of its services replaced. */
  const newPublisher = async (
    replaced: Partial<CrlPublisherServices> & { readonly follows?: SqliteStore } = {},
  ): Promise<Observed> => {
    const follows = replaced.follows ?? store;
    const authorities = new AuthorityDirectory(follows, (error) => assert.fail(String(error)));
    await authorities.load();
    const published: Publication[] = [];
    const failures: string[] = [];
    const publisher = new CrlPublisher({
      store: follows,
      publications: follows.publications,
      signer,
      clock,
      authorities,
      publicUrl,
      delaySeconds,
      onPublished: (publication) => published.push(publication),
      onFailure: (_authority, error) => failures.push(error instanceof Error ? error.message : String(error)),
      ...replaced,
    });
    await follows.follow(
      (entry) => {
        if (isCertificateEntry(entry)) publisher.apply(entry);
      },
      await follows.publications.headSequence(),
    );
    await publisher.load();
    return { publisher, published, failures };
  };

  const served = (publisher: CrlPublisher, scope = ''): ReadCrl => {
    const crl = publisher.served(`${issuing.identifier}${scope}.crl`);
    assert.ok(crl, `there is a list "${scope}"`);
    return readCrl(crl.der, issuing.der);
  };

  /** What the next publication does is held back for its delay, so this is that moment. */
  const afterDelay = async (publisher: CrlPublisher): Promise<void> => {
    clock.pass(delaySeconds);
    await publisher.publishDue();
  };

  const anotherStore = async (): Promise<SqliteStore> => {
    const another = await open();
    opened.push(another);
    return another;
  };

  return {
    store,
    dataDir: join(folder, 'data'),
    anotherStore,
    clock,
    signer,
    root,
    issuing,
    issuingCertificate: parseCertificate(issuing.der),
    issue,
    revoke,
    release,
    newPublisher,
    served,
    afterDelay,
  };
}
