// Every error that stands before all operations is brought about: its code, its HTTP status, a RequestId, nothing changed.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { Type } from 'typebox';
import { createAccessKey, switchAccessKey } from '../../src/access/administration/access-keys.ts';
import { createUser } from '../../src/access/administration/users.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { type GatewayErrorCode, gatewayErrors } from '../../src/protocols/rpc/errors.ts';
import { operation } from '../../src/protocols/rpc/operation.ts';
import { cas } from '../../src/protocols/rpc/product.ts';
import { SignerBusy } from '../../src/registry/signer.ts';
import { StoreUnavailable } from '../../src/registry/store.ts';
import { assertRefused } from '../journeys/refused.ts';
import { call, formBody, type Reply, type Signing, send } from '../journeys/signed-request.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { type StillService, startStillService } from './still-service.ts';

const asked = 'DescribeCACertificateCount';

/** An operation that ends as it is told. */
function ending(name: string, error: Error) {
  return operation(cas, {
    name,
    summary: '',
    notes: [],
    accessLevel: 'get',
    request: Type.Object({}),
    answer: Type.Object({}),
    refusals: [],
    example: { request: {}, answer: {} },
    handle: () => {
      throw error;
    },
  });
}

const endings = new Map(
  [
    ending('Fails', new TypeError('a fault of ours')),
    ending('Waits', new StoreUnavailable('no room')),
    ending('OverTls', new TypeError('not reached over plain http')),
    ending('Queues', new SignerBusy('16 keys RSA_4096 are waited for')),
  ].map((each) => [each.name, each]),
);

describe('before all operations,', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: StillService;
  let journalHead: () => unknown;
  let userKey: AccessKey;
  let inactiveKey: AccessKey;
  /** Of a session that ends in so many seconds. */
  let temporaryKey: (seconds: number) => AccessKey;
  before(async () => {
    service = await startStillService(
      { after: (work) => cleanUp.push(work as () => unknown) },
      {
        operations: endings,
        limits: {
          ofAccount: (name) => (name === 'ListCert' ? 1 : 0),
          ofAll: (name) => (name === 'ListPcaCaCertificate' ? 1 : 0),
        },
      },
    );
    const { account, administration } = service;
    const of = { actor: operatorActor(), account };
    await createUser({ ...of, user: 'nobody' }, administration);
    userKey = await createAccessKey({ ...of, user: 'nobody' }, administration);
    inactiveKey = await createAccessKey({ ...of, user: 'nobody' }, administration);
    await switchAccessKey({ ...of, accessKeyId: inactiveKey.accessKeyId, active: false }, administration);
    temporaryKey = (seconds) =>
      service.temporaryKeys.issue({
        account,
        role: 'nobody',
        roleId: '1',
        session: 'nobody',
        expires: unixSeconds(Math.floor(Date.now() / 1000) + seconds),
      });
    const database = new DatabaseSync(join(service.dataDir, 'certitude.db'), { readOnly: true });
    cleanUp.push(() => database.close());
    const head = database.prepare(
      "SELECT max(sequence) AS sequence FROM journal WHERE principal <> 'acs:certitude::operator'",
    );
    journalHead = () => head.get();
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  const signed = (common: Signing['common']) => () => call(service.url, asked, {}, { ...(common && { common }) });
  const twice = async (once: () => Promise<Reply>) => {
    assert.equal((await once()).status, 200);
    return await once();
  };
  const quarter = 15 * 60_000;
  const utc = (moment: number) => `${new Date(moment).toISOString().slice(0, 19)}Z`;

  const provocations: Readonly<Record<GatewayErrorCode, () => Promise<Reply>>> = {
    'InvalidParameter.Format': signed({ Format: 'YAML' }),
    UnsupportedHTTPMethod: () => send(`${service.url}/`, { method: 'DELETE' }),
    'InvalidApi.NotFound': () => send(`${service.url}/v1/`),
    'InvalidAction.NotFound': signed({ Action: 'Nothing' }),
    InvalidVersion: signed({ Version: '2020-04-07' }),
    'InvalidProtocol.NeedSsl': () => call(service.url, 'OverTls'),
    IncompleteSignature: signed({ Signature: '' }),
    InvalidSignatureMethod: signed({ SignatureMethod: 'HMAC-MD5' }),
    InvalidSignatureVersion: signed({ SignatureVersion: '3.0' }),
    SignatureDoesNotMatch: signed({ Signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
    SignatureNonceUsed: () => {
      const SignatureNonce = randomUUID();
      return twice(signed({ SignatureNonce }));
    },
    'InvalidAccessKeyId.NotFound': signed({ AccessKeyId: 'nobody' }),
    'InvalidAccessKeyId.Inactive': () => call(service.url, asked, {}, { key: inactiveKey }),
    'InvalidTimeStamp.Format': signed({ Timestamp: 'now' }),
    'InvalidTimeStamp.Expired': signed({ Timestamp: utc(Date.now() - quarter - 5000) }),
    MissingSecurityToken: signed({ AccessKeyId: 'STS.Q3E5T7U9P1A3D5G7J9L1' }),
    'InvalidSecurityToken.Malformed': signed({ SecurityToken: 'x' }),
    'InvalidSecurityToken.MismatchWithAccessKey': () =>
      call(service.url, asked, {}, { key: { ...temporaryKey(60), accessKeyId: 'STS.Q3E5T7U9P1A3D5G7J9L1' } }),
    'InvalidSecurityToken.Expired': () => call(service.url, asked, {}, { key: temporaryKey(-1) }),
    RequestTooLarge: () => send(`${service.url}/`, formBody('x'.repeat(2 ** 20 + 1))),
    NoPermission: () => call(service.url, asked, {}, { key: userKey }),
    'Throttling.User': () => twice(() => call(service.url, 'ListCert')),
    'Throttling.Api': () => twice(() => call(service.url, 'ListPcaCaCertificate')),
    InternalError: () => call(service.url, 'Fails'),
    ServiceUnavailable: () => call(service.url, 'Waits'),
  };

  test('a call that would wait too long for its key is told to come again', async () => {
    assertRefused(await call(service.url, 'Queues'), 503, 'ServiceUnavailable', /too many keys .* try again/i);
  });

  for (const [code, { http }] of Object.entries(gatewayErrors)) {
    test(`${code} is answered with HTTP ${http}, and nothing is changed`, async () => {
      const head = journalHead();
      assertRefused(await provocations[code as GatewayErrorCode](), http, code);
      assert.deepEqual(journalHead(), head);
    });
  }

  for (const name of [
    'Action',
    'Version',
    'AccessKeyId',
    'SignatureMethod',
    'SignatureVersion',
    'SignatureNonce',
    'Timestamp',
  ]) {
    test(`a call without ${name} is Missing${name}`, async () => {
      assertRefused(await signed({ [name]: undefined })(), 400, `Missing${name}`);
    });
  }
});
