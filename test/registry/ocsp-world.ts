// A CA on a real store whose OCSP responder is asked in the process, by a clock that is set.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import { type MonotonicMillis, toMillis, type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { FileSigner } from '../../src/drivers/file-signer.ts';
import { Sealer } from '../../src/drivers/sealer.ts';
import { isCertificateEntry } from '../../src/drivers/sql/journal-rows.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { subjectPublicKeyOf } from '../../src/pki/algorithm.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import type { Extension } from '../../src/pki/extensions.ts';
import { nameOf } from '../../src/pki/name.ts';
import { parseOcspResponse } from '../../src/pki/ocsp-response-reader.ts';
import { verifySignatureInPool } from '../../src/pki/signature.ts';
import { createRoot } from '../../src/registry/authorities.ts';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import { Issuers } from '../../src/registry/issuers.ts';
import { OcspDelegates } from '../../src/registry/ocsp-delegates.ts';
import { OcspResponder } from '../../src/registry/ocsp-responder.ts';
import { revokeAuthority } from '../../src/registry/revocation.ts';
import { newHashSeed } from '../../src/registry/seeded-hash.ts';
import { StatusIndex } from '../../src/registry/status-index.ts';
import { certIdOf, requestOf } from '../pki/asking.ts';

const account = '1000000000000001' as AccountId;
const actor = { principal: 'acs:certitude::operator', requestId: '', sourceAddress: '' };
const validitySeconds = 3600;

export async function ocspWorld(t: TestContext, algorithm: 'ECC_256' | 'RSA_2048' = 'ECC_256') {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-'));
  const store = await SqliteStore.open({ dataDir: join(folder, 'data'), mode: 'create', verify: 'none' });
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = {
    seconds: unixSeconds(1_800_000_000),
    monotonicMillis: 0,
    now: (): UnixMillis => toMillis(clock.seconds),
    monotonic: (): MonotonicMillis => clock.monotonicMillis as MonotonicMillis,
  };
  const signer = new FileSigner(new Sealer(randomBytes(32), randomBytes));
  const issuanceRules = { publicUrl: 'http://pki.example', allowRsa1024: false };
  const services = {
    ...{
      store,
      signer,
      verify: verifySignatureInPool,
      clock,
      issuanceRules,
      issuers: new Issuers(store),
      randomForNames: randomBytes,
    },
    background: { start: () => {} },
  };
  const onError = (error: unknown) => assert.fail(error as Error);
  const failures: unknown[] = [];
  const statusIndex = new StatusIndex(newHashSeed(randomBytes));
  const authorities = new AuthorityDirectory(store, onError);
  await store.follow((entry) => {
    if (!isCertificateEntry(entry)) return;
    statusIndex.apply(entry as Entry<CertificateEvent>);
    authorities.apply(entry as Entry<CertificateEvent>);
  });
  const subject = nameOf({ commonName: 'Root' });
  const root = await createRoot({ account, actor, algorithm, subject, years: 1, labels: {} }, services);
  await authorities.settled();
  const authority = parseCertificate(root.der);
  const delegates = new OcspDelegates(services, (_, error) => failures.push(error));
  const rules = { validitySeconds, maxCertIds: 20, neverIssued: 'unknown' } as const;
  const responder = new OcspResponder({ authorities, delegates, statusIndex, signer, clock, rules });
  const issuer = { nameDer: authority.subjectDer, key: subjectPublicKeyOf(authority.spki) };
  const certId = certIdOf(authority.serialNumber, 'sha256', { issuer });
  const request = (extensions: Extension[] = []) => requestOf([certId], extensions);
  const ask = async (...extensions: Extension[]): Promise<Uint8Array> =>
    (await responder.answer(request(extensions), '', onError)).der;
  const answered = async (...extensions: Extension[]) => {
    const response = parseOcspResponse(await ask(...extensions));
    assert.ok(response.status === 'successful', response.status);
    return response;
  };
  type Answered = Awaited<ReturnType<typeof answered>>;
  const certificateOf = ({ certificates: [der] }: Answered): Certificate => parseCertificate(der ?? assert.fail());
  const revoke = () => revokeAuthority({ account, actor, identifier: root.identifier }, services);
  return {
    store,
    clock,
    signer,
    responder,
    delegates,
    identifier: root.identifier,
    request,
    ask,
    answered,
    certificateOf,
    failures,
    authority,
    revoke,
    onError,
  };
}
