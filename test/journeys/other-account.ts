// A second account on a running service: nothing of the first may be seen or changed from there.

import assert from 'node:assert/strict';
import { certitude, type Service } from './running-service.ts';
import { call } from './signed-request.ts';
import type { AccessKey } from './vendor-clients.ts';

export async function otherAccount(service: Service): Promise<AccessKey> {
  const made = await certitude(['access', 'account', 'create', 'other', '--json'], service.environment);
  assert.equal(made.status, 0, made.stderr);
  const key = JSON.parse(made.stdout) as AccessKey;
  // Seen by the service within a tenth of a second.
  for (let tries = 0; ; tries++) {
    const { status, text } = await call(service.url, 'DescribeCACertificateCount', {}, { key });
    if (status === 200) return key;
    assert.ok(tries < 100, text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
