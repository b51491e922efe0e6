// What the pages of certificates are filled from: lists, searches and histories, as plain requests.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherAccount } from '../journeys/other-account.ts';
import { startWithin } from '../journeys/service-within.ts';
import { issueClient, makeAuthorities, ok, revoke } from '../journeys/small-pki.ts';
import { attachPolicy, makeUser, putPolicy } from '../journeys/users.ts';
import { type Answer, asking } from './asking.ts';

type Row = Answer['body'];

const identifiersIn = ({ body }: Answer) => (body['List'] as Row[]).map((each) => each['Identifier']);

test('lists of certificates for the console', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  const ask = await asking(url);
  const plain = await issueClient(url, issuing, { CommonName: 'plain-one' });
  const mailed = await issueClient(url, issuing, {
    CommonName: 'mailed',
    SanType: '1',
    SanValue: 'Somebody@example.org',
    AliasName: 'North 100%_wing',
    CustomIdentifier: 'own-4711',
    'Tags.1.Key': 'team',
    'Tags.1.Value': 'gateway',
  });
  const server = (
    await ok(url, 'CreateServerCertificate', {
      ParentIdentifier: issuing,
      CommonName: 'www.example.com',
      Domain: '192.0.2.17',
      Algorithm: 'ECC_256',
      Days: '400',
    })
  )['Identifier'];
  await revoke(url, plain.identifier);

  await t.test('newest first, page by page, each once, with how many there are', async () => {
    const first = await ask('certificates', { Size: '2' });
    assert.deepEqual(identifiersIn(first), [server, mailed.identifier]);
    assert.equal(first.body['Total'], 3);
    const second = await ask('certificates', { Size: '2', Below: String(first.body['Next']) });
    assert.deepEqual(identifiersIn(second), [plain.identifier]);
    assert.equal(second.body['Next'], 0);
  });

  for (const [what, filter, expected] of [
    ['an identifier', { Text: mailed.identifier }, [mailed.identifier]],
    ['a serial number with colons', { Text: plain.serialNumber.match(/../g)?.join(':') ?? '' }, [plain.identifier]],
    ['a part of the common name in other case', { Text: 'PLAIN-' }, [plain.identifier]],
    ['a part of an alternative name, as the certificate has it', { Text: 'Somebody@' }, [mailed.identifier]],
    ['an IP address', { Text: '192.0.2.17' }, [server]],
    ['a part of an alias, in which % and _ are letters', { Text: '100%_w' }, [mailed.identifier]],
    ['a part of an own identifier', { Text: 'n-471' }, [mailed.identifier]],
    ['nothing by the name of the issuer, which all have', { Text: 'Issuing' }, []],
    ['exactly a serial number', { Text: plain.serialNumber, Exactly: 'true' }, [plain.identifier]],
    ['no part of a name where all of it is asked for', { Text: 'plain', Exactly: 'true' }, []],
    ['a tag', { TagKey: 'team', TagValue: 'gateway' }, [mailed.identifier]],
    ['a tag of another value', { TagKey: 'team', TagValue: 'north' }, []],
    ['revoked ones', { State: 'revoked' }, [plain.identifier]],
    ['none on hold', { State: 'hold' }, []],
    ['what ends within 30 days and a bit', { ExpiresWithin: '31' }, [mailed.identifier, plain.identifier]],
    ['what ends within 29 days', { ExpiresWithin: '29' }, []],
    ['a kind', { Kind: 'server' }, [server]],
    ['the CAs', { Kind: 'ca' }, [issuing, root]],
    ['no CA that ends soon', { Kind: 'ca', ExpiresWithin: '30' }, []],
    ['the CA that ends within six years', { Kind: 'ca', ExpiresWithin: '2190' }, [issuing]],
    ['no CA with a tag that it lacks', { Kind: 'ca', TagKey: 'team' }, []],
    ['no CA on hold', { Kind: 'ca', State: 'hold' }, []],
    ['nothing that has expired and is about to', { State: 'expired', ExpiresWithin: '31' }, []],
    ['what a root issued', { Issuer: root }, []],
  ] as const) {
    await t.test(`finds ${what}`, async () => {
      const answer = await ask('certificates', filter);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.deepEqual(identifiersIn(answer), expected);
    });
  }

  await t.test('many are looked up by their names at once, in the order asked', async () => {
    const names = [mailed.serialNumber, 'ff', plain.identifier.toUpperCase(), root];
    const { body } = await ask('certificates-named', { Names: names.join(',') });
    const found = body['Found'] as { Name: string; List: Row[] }[];
    assert.deepEqual(
      found.map(({ Name, List }) => [Name, ...List.map((row) => row['Identifier'])]),
      [[names[0], mailed.identifier], ['ff'], [names[2], plain.identifier], [root, root]],
    );
    const many = (count: number) => ask('certificates-named', { Names: new Array(count).fill('ff').join(',') });
    assert.equal((await many(200)).status, 200);
    assert.equal((await many(201)).body['Code'], 'InvalidNames');
  });

  await t.test('a row tells how the certificate stands, a revoked CA above it included', async () => {
    const [row] = (await ask('certificates', { Text: plain.identifier })).body['List'] as Row[];
    assert.equal(row?.['Status'], 'revoked');
    assert.equal(row?.['Reason'], 'unspecified');
  });

  await t.test('the history tells what was done, by whom and when', async () => {
    const { body } = await ask('certificate-history', { Identifier: plain.identifier });
    const history = body['History'] as Row[];
    assert.deepEqual(
      history.map((entry) => entry['Kind']),
      ['certificate-reserved', 'certificate-issued', 'certificate-revoked'],
    );
    assert.match(String(history[2]?.['Principal']), /:root$/);
    assert.ok(Math.abs(Number(history[2]?.['Time']) - Date.now()) < 600_000);
  });

  await t.test('a page of 200 is the largest', async () => {
    assert.equal((await ask('certificates', { Size: '200' })).status, 200);
    const refused = await ask('certificates', { Size: '201' });
    assert.equal(refused.status, 400);
    assert.equal(refused.body['Code'], 'InvalidSize');
  });

  await t.test('who may not list is refused, with what denied it', async () => {
    const alice = await makeUser(service, 'alice');
    await putPolicy(service, 'p', { Effect: 'Allow', Action: 'yundun-cert:ListCert', Resource: '*' });
    const asAlice = await asking(url, alice);
    const denied = await asAlice('certificates');
    assert.equal(denied.status, 403);
    assert.equal(denied.body['Code'], 'NoPermission');
    assert.equal((denied.body['AccessDeniedDetail'] as Row)['AuthAction'], 'yundun-cert:ListCert');
    await attachPolicy(service, 'p', 'alice');
    assert.equal((await asAlice('certificates')).status, 200);
    // ListCert tells of no CAs.
    assert.equal((await asAlice('certificates', { Kind: 'ca' })).body['Code'], 'NoPermission');
    assert.deepEqual(identifiersIn(await asAlice('certificates', { Text: root })), []);
    const named = await asAlice('certificates-named', { Names: `${root},${plain.identifier}` });
    const [ca, own] = (named.body['Found'] as { List: Row[] }[]).map(({ List }) => List.length);
    assert.deepEqual([ca, own], [0, 1]);
    assert.equal((await asAlice('certificate-history', { Identifier: plain.identifier })).status, 403);
  });

  await t.test('another account sees nothing of it', async () => {
    const elsewhere = await asking(url, await otherAccount(service));
    assert.deepEqual(identifiersIn(await elsewhere('certificates')), []);
    assert.deepEqual(identifiersIn(await elsewhere('certificates', { Text: plain.serialNumber })), []);
    assert.deepEqual(identifiersIn(await elsewhere('certificates', { Text: 'plain' })), []);
    const named = await elsewhere('certificates-named', { Names: plain.serialNumber });
    assert.deepEqual(named.body['Found'], [{ Name: plain.serialNumber, List: [] }]);
    const { body } = await elsewhere('certificate-history', { Identifier: plain.identifier });
    assert.deepEqual(body['History'], []);
  });
});
