// One way to bring about each error that an operation declares. What is general stands first and takes in new operations
// by itself; what only one operation can do stands in the tables below it.

import { randomUUID } from 'node:crypto';
import type { DeclaredError } from '../../src/protocols/rpc/derive.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { maxTags } from '../../src/registry/model.ts';
import { csr, named } from '../journeys/requests.ts';
import { ok } from '../journeys/small-pki.ts';
import { newKeyPair } from '../pki/issuing.ts';
import { misfitOf, without } from './misfits.ts';
import {
  exampleParameters,
  freshLeaf,
  freshRoot,
  revokedLeaf,
  type TroubledWorld,
  type WireParameters,
} from './world.ts';

/** The parameters that bring the error about; `undefined` where nobody has thought of any. */
export async function provocation(
  world: TroubledWorld,
  operation: Operation,
  { cause }: DeclaredError,
): Promise<WireParameters | undefined> {
  const example = await exampleParameters(world, operation);
  if ('missing' in cause) {
    const { besides = [], given = {} } = missed[cause.missing] ?? {};
    return { ...without(example, cause.missing, ...besides), ...given };
  }
  if ('invalid' in cause) {
    const own = unfit[`${operation.name}.${cause.invalid}`];
    if (own) return { ...without(example, cause.invalid), ...own };
    const schema = operation.request.properties[cause.invalid];
    const misfit = schema && misfitOf(schema, cause.invalid, cause.flaw);
    return misfit && { ...without(example, cause.invalid), ...misfit };
  }
  const changed = await (refusals[`${operation.name} ${cause.refusal.kind}`] ?? refusals[cause.refusal.kind])?.({
    world,
    operation,
    example,
  });
  return changed && { ...example, ...changed };
}

/** Where it takes more for a parameter to be missed than not to send it. */
const missed: {
  readonly [parameter: string]: { readonly besides?: readonly string[]; readonly given?: WireParameters };
} = {
  Days: { besides: ['BeforeTime', 'AfterTime', 'Months', 'Years'] },
  BeforeTime: { besides: ['Days'], given: { AfterTime: '1798761600' } },
  AfterTime: { besides: ['Days'], given: { BeforeTime: '1767225600' } },
  SanType: { given: { SanValue: 'a@example.com' } },
  SanValue: { given: { SanType: '1' } },
  CaIdentifier: { besides: ['Uuid'] },
  TagKey: { besides: ['All'] },
};

/** Values that the operation itself finds unfit, where the schema takes any text. */
const unfit: { readonly [parameter: string]: WireParameters } = {
  'DescribeClientCertificateStatus.Identifier': { Identifier: 'a,,b' },
  'DescribeClientCertificateForSerialNumber.SerialNumber': { SerialNumber: 'not hexadecimal' },
  'DescribeClientCertificateStatusForSerialNumber.SerialNumber': { SerialNumber: 'not hexadecimal' },
};

interface Asked {
  readonly world: TroubledWorld;
  readonly operation: Operation;
  readonly example: WireParameters;
}

/** As many as a certificate may have. */
const allTags = Object.fromEntries(
  Array.from({ length: maxTags }, (_, index) => [`Tags.${index + 1}.Key`, `k${index}`]),
);
const shortKeys = newKeyPair('RSA_1024');
const otherKeys = newKeyPair('ECC_256');
const nobody = 'ffffffffffffffffffffffffffffffff';

/** The parameter in which an operation names what it is about. */
function subjectOf({ operation, example }: Asked): string {
  const names = ['ParentIdentifier', 'Identifier', 'CaIdentifier', 'InstanceId', 'Ids', 'ResourceId.1', 'ResourceId'];
  const name = names.find((each) => each in example);
  if (name === undefined) throw new Error(`${operation.name} names no certificate in its example`);
  return name;
}

const about = (identifier: (world: TroubledWorld) => string | Promise<string>) => async (asked: Asked) => ({
  [subjectOf(asked)]: await identifier(asked.world),
});

/** By refusal; `<operation> <refusal>` where one operation needs another way. */
const refusals: { readonly [refusal: string]: (asked: Asked) => Promise<WireParameters | undefined> } = {
  'certificate-not-found': about(() => nobody),
  'authority-not-found': about(() => nobody),
  'AssignCertificateCount authority-not-found': async () => ({ Id: '999999' }),
  'quota-below-issued': async () => ({ CertTotalCount: '0' }),
  'too-many-tags': about(async (world) => (await freshLeaf(world, allTags)).identifier),
  'not-a-root': about(({ issuing }) => issuing),
  'not-a-subordinate': about(({ root }) => root),
  'authority-revoked': about(({ revokedIssuing }) => revokedIssuing),
  'CreateSubCACertificate authority-revoked': about(({ revokedRoot }) => revokedRoot),
  'CreateExternalCACertificate authority-revoked': about(({ revokedRoot }) => revokedRoot),
  'already-revoked': about(async (world) => (await revokedLeaf(world)).identifier),
  'UpdateCACertificateStatus already-revoked': about(({ revokedRoot }) => revokedRoot),
  'not-revoked': about(async (world) => (await freshLeaf(world)).identifier),
  // Where nothing is issued in the background (still-service.ts).
  'not-issued-yet': about(async (world) => (await freshLeaf(world, { AsynchronousFlag: 'true' })).identifier),
  'algorithm-not-allowed': async ({ example }) =>
    'Csr' in example ? { Csr: csr({ keys: shortKeys, subject: named('short') }) } : { Algorithm: 'RSA_1024' },
  'algorithm-family-differs': async () => ({ Algorithm: 'ECC_256' }),
  'validity-refused': async ({ example }) =>
    'Validity' in example ? { Validity: '2020-01-01T00:00:00Z' } : { Days: '3651' },
  'beyond-issuer': async ({ operation }) =>
    'Days' in operation.request.properties
      ? { Days: '36500' }
      : 'Validity' in operation.request.properties
        ? { Validity: '100y' }
        : { Years: '100' },
  'usage-not-allowed': about(({ restricted }) => restricted),
  'custom-identifier-taken': async ({ operation }) =>
    'customIdentifier' in operation.request.properties ? { customIdentifier: 'first' } : { CustomIdentifier: 'first' },
  'quota-exhausted': about(({ exhausted }) => exhausted),
  'CreateSubCACertificate quota-exhausted': async ({ world }) => ({
    ParentIdentifier: world.exhaustedRoot,
    Algorithm: 'ECC_256',
  }),
  'CreateExternalCACertificate quota-exhausted': about(({ exhaustedRoot }) => exhaustedRoot),
  'serial-number-taken': async ({ world, operation, example }) => {
    await ok(world.url, operation.name, example, { method: 'POST' });
    return example;
  },
  'csr-refused': async () => ({ Csr: csr({ subject: named('not its own key'), signer: otherKeys }) }),
  'key-not-held': async ({ world }) => {
    const asked = { ParentIdentifier: world.issuing, Csr: world.certificateRequest, Days: '30' };
    const { Identifier } = await ok(world.url, 'CreateClientCertificateWithCsr', asked);
    return { Identifier: String(Identifier) };
  },
  'not-on-hold': async ({ world }) => ({
    Identifier: (await revokedLeaf(world)).identifier,
    Reason: 'removeFromCRL',
  }),
  'client-token-mismatch': async ({ world, operation, example }) => {
    const ClientToken = randomUUID();
    const first = { ...example, ClientToken };
    await ok(world.url, operation.name, first, { method: 'POST' });
    return { ClientToken, ...(await differently(world, operation.name)) };
  },
};

/** One parameter that makes a call another one. */
async function differently(world: TroubledWorld, operation: string): Promise<WireParameters> {
  return operation === 'UpdateCACertificateStatus'
    ? { Identifier: await freshRoot(world) }
    : { ResourceGroupId: 'rg-another' };
}
