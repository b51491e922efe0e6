// What the domain refuses to issue is refused alike by all five operations that issue to end entities, with nothing made.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertRefused } from './refused.ts';
import { csr, named } from './requests.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { makeAuthorities, ok } from './small-pki.ts';

const post = { method: 'POST' } as const;
const subject = { Organization: 'O', OrganizationUnit: 'U', Locality: 'L', State: 'S', Algorithm: 'ECC_256' };
const Csr = csr({ subject: named('x.example') });
const past = String(Math.floor(Date.now() / 1000) - 10);
const utc = (moment: string) => `${new Date(Number(moment) * 1000).toISOString().slice(0, 19)}Z`;

interface Issuing {
  readonly parameters: Record<string, string>;
  readonly customIdentifier: string;
  readonly days: (days: string) => Record<string, string>;
  readonly pastEnd: Record<string, string>;
}

const usual: Omit<Issuing, 'parameters'> = {
  customIdentifier: 'CustomIdentifier',
  days: (days) => ({ Days: days }),
  pastEnd: { BeforeTime: '1', AfterTime: past },
};
const operations: Record<string, Issuing> = {
  CreateClientCertificate: { ...usual, parameters: { CommonName: 'x.example' } },
  CreateClientCertificateWithCsr: { ...usual, parameters: { Csr } },
  CreateServerCertificate: { ...usual, parameters: { CommonName: 'x.example', Algorithm: 'ECC_256' } },
  CreateServerCertificateWithCsr: { ...usual, parameters: { Csr } },
  CreateCustomCertificate: {
    parameters: { Csr, Immediately: '1' },
    customIdentifier: 'customIdentifier',
    days: (days) => ({ Validity: `${days}d` }),
    pastEnd: { Validity: `1970-01-01T00:00:01Z/${utc(past)}` },
  },
};

describe('issuing is refused', () => {
  let url: string;
  const parents: Record<string, string> = {};
  const afterAll: (() => unknown)[] = [];
  before(async () => {
    ({ url } = await startWithin({ after: (work) => afterAll.push(work as () => unknown) }));
    const sub = async (root: string, more: Record<string, string>) => {
      const parameters = { ...subject, CommonName: 'Sub', Years: '5', ParentIdentifier: root, ...more };
      return String((await ok(url, 'CreateSubCACertificate', parameters))['Identifier']);
    };
    const good = await makeAuthorities(url);
    Object.assign(parents, { root: good.root, good: good.issuing, nobody: 'nobody' });
    parents['restricted'] = await sub(good.root, { 'ExtendedKeyUsages.1': 'emailProtection' });
    parents['brief'] = await sub(good.root, { CertMaxTime: '30' });
    parents['revoked'] = await sub(good.root, {});
    await ok(url, 'UpdateCACertificateStatus', { Identifier: parents['revoked'] });
    parents['deleted'] = await sub(good.root, {});
    await ok(url, 'DeleteClientCertificate', { Identifier: parents['deleted'] });
    const fallen = await makeAuthorities(url);
    parents['belowRevoked'] = fallen.issuing;
    await ok(url, 'UpdateCACertificateStatus', { Identifier: fallen.root });
    const external = { InstanceId: good.root, Validity: '1y', Csr: csr({ subject: named('External CA') }) };
    parents['external'] = String((await ok(url, 'CreateExternalCACertificate', external, post))['Identifier']);
  });
  test.after(async () => {
    for (const work of afterAll.reverse()) await work();
  });

  for (const [action, { parameters, customIdentifier, days, pastEnd }] of Object.entries(operations)) {
    test(`by ${action}`, async () => {
      const ask = (parent: string, more: Record<string, string>) =>
        call(url, action, { ...parameters, ParentIdentifier: parents[parent] ?? '', ...more }, post);
      assert.equal((await ask('good', { ...days('1'), [customIdentifier]: action })).status, 200);
      const before = (await ok(url, 'ListClientCertificate', {}))['TotalCount'];
      const refusals: [string, Record<string, string>, number, string, RegExp][] = [
        ['nobody', days('1'), 404, 'NotFound', /nobody/],
        ['deleted', days('1'), 404, 'NotFound', /no CA certificate/],
        ['root', days('1'), 400, 'InvalidParentIdentifier', /root/],
        ['external', days('1'), 400, 'InvalidParentIdentifier', /external/],
        ['revoked', days('1'), 400, 'InvalidParentIdentifier', /revoked/],
        ['belowRevoked', days('1'), 400, 'InvalidParentIdentifier', /revoked/],
        ['restricted', days('1'), 400, 'InvalidParentIdentifier', /restricted to other uses/],
        ['good', days('3650'), 400, 'InvalidValidity', /after its issuing CA/],
        ['good', pastEnd, 400, 'InvalidValidity', /in the past/],
        ['brief', days('31'), 400, 'InvalidValidity', /at most 30 days/],
        ['good', { ...days('1'), [customIdentifier]: action }, 400, 'InvalidCustomIdentifier', /in use/],
      ];
      for (const [parent, more, status, code, message] of refusals) {
        assertRefused(await ask(parent, more), status, code, message);
      }
      assert.equal((await ok(url, 'ListClientCertificate', {}))['TotalCount'], before);
      assert.equal((await ask('brief', days('30'))).status, 200);
    });
  }

  test('for more than 100 names: of a server with its common name, of a client by SanValue', async () => {
    const hosts = (count: number) => Array.from({ length: count }, (_, index) => `h${index}.example`).join(',');
    const leaf = { ParentIdentifier: parents['good'] ?? '', Days: '1' };
    const server = (Domain: string) =>
      call(url, 'CreateServerCertificate', { ...leaf, CommonName: 'x.example', Algorithm: 'ECC_256', Domain }, post);
    assert.equal((await server(`${hosts(99)},X.example`)).status, 200);
    assertRefused(await server(hosts(100)), 400, 'InvalidDomain', /more than 100/);
    const client = (SanValue: string) =>
      call(url, 'CreateClientCertificateWithCsr', { ...leaf, Csr, SanType: '2', SanValue }, post);
    assert.equal((await client(hosts(100))).status, 200);
    assertRefused(await client(hosts(101)), 400, 'InvalidSanValue', /more than 100/);
  });
});
