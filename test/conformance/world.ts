// A small PKI in which the example of every operation can run: its identifiers are put in the place of those the
// examples name, and what an example uses up (a certificate it revokes, a token it spends) is made anew for each call.

import { randomInt, randomUUID } from 'node:crypto';
import { encodeRequest } from '../../src/protocols/rpc/encode.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { csr, named } from '../journeys/requests.ts';
import { issueClient, type Made, ok, revoke } from '../journeys/small-pki.ts';
import { newKeyPair } from '../pki/issuing.ts';

export type WireParameters = Record<string, string>;

export interface World {
  readonly url: string;
  readonly root: string;
  readonly issuing: string;
  /** Has tags, alias and names; its key was made here. */
  readonly leaf: Made;
  readonly certificateRequest: string;
}

/** With everything that stands in somebody's way. */
export interface TroubledWorld extends World {
  readonly revokedRoot: string;
  readonly revokedIssuing: string;
  /** Issues nothing but what signs code. */
  readonly restricted: string;
  /** Has issued what it was granted. */
  readonly exhausted: string;
  readonly exhaustedRoot: string;
}

/** RSA, since the examples are; one key pair for each CA and one for all requests. */
export async function makeWorld(url: string): Promise<World> {
  const subject = {
    Organization: 'Example Ltd',
    OrganizationUnit: 'Security',
    Locality: 'Hangzhou',
    State: 'Zhejiang',
  };
  const root = await ok(url, 'CreateRootCACertificate', { ...subject, ...tags, CommonName: 'Root', Years: '20' });
  const issuing = await ok(url, 'CreateSubCACertificate', {
    ...subject,
    ...tags,
    CommonName: 'Issuing',
    Years: '10',
    Algorithm: 'RSA_2048',
    ParentIdentifier: String(root['Identifier']),
    CertMaxTime: '3650',
    EnableCrl: 'true',
  });
  const parent = String(issuing['Identifier']);
  const certificateRequest = csr({ keys: newKeyPair('RSA_2048'), subject: named('device-1') });
  const leaf = await issueClient(url, parent, {
    ...tags,
    AliasName: 'first',
    CustomIdentifier: 'first',
    ResourceGroupId: 'rg-first',
    SanType: '1',
    SanValue: 'a@example.com',
  });
  const world = { url, root: String(root['Identifier']), issuing: parent, leaf, certificateRequest };
  const other = await freshLeaf(world);
  await revoke(url, other.identifier);
  return world;
}

export async function makeTrouble(world: World, numberOf: NumberOf): Promise<TroubledWorld> {
  const { url, root } = world;
  const sub = async (name: string, more: WireParameters = {}) => {
    const asked = {
      ...caSubject,
      ...more,
      CommonName: name,
      Years: '5',
      Algorithm: 'RSA_2048',
      ParentIdentifier: root,
    };
    return String((await ok(url, 'CreateSubCACertificate', asked))['Identifier']);
  };
  const revokedCa = async (Identifier: string) => {
    await ok(url, 'UpdateCACertificateStatus', { Identifier, Status: 'REVOKE' });
    return Identifier;
  };
  const exhausted = async (identifier: string) => {
    await ok(url, 'AssignCertificateCount', { Id: String(numberOf(identifier)), CertTotalCount: '0' });
    return identifier;
  };
  return {
    ...world,
    revokedRoot: await revokedCa(await freshRoot(world)),
    revokedIssuing: await revokedCa(await sub('Revoked')),
    restricted: await sub('Restricted', { 'ExtendedKeyUsages.1': 'codeSigning' }),
    exhausted: await exhausted(await sub('Exhausted')),
    exhaustedRoot: await exhausted(await freshRoot(world, 20)),
  };
}

/** What is listed nowhere: the numbers of root CAs. */
export type NumberOf = (identifier: string) => number;

/** The wire parameters of an operation's example, for one call in this world. */
export async function exampleParameters(world: World, operation: Operation): Promise<WireParameters> {
  const parameters: WireParameters = {};
  for (const [name, text] of encodeRequest(operation.request, operation.example.request)) {
    parameters[name] = substituted(world, name, text);
  }
  return { ...parameters, ...(await preparations[operation.name]?.(world)) };
}

/** Identifiers and serial numbers the examples use, and whose place they hold. */
const placeholders: readonly (readonly [string, (world: World) => string])[] = [
  ['1a83bcbb89e562885e40aa0108f50001', ({ root }) => root],
  ['271ae6bb538d538c70c01f81dd030001', ({ issuing }) => issuing],
  ['160ae6bb538d538c70c01f81dcf20001', ({ leaf }) => leaf.identifier],
  ['62b2b943a32d96883a6650e672ea0276', ({ leaf }) => leaf.serialNumber],
  ['084bde9cd233f0ddae33adc438cfbbbd', ({ leaf }) => leaf.serialNumber],
];

/** The command of a reference page for this world: as printed, but for the names it stands for. */
export async function pasted(world: World, operation: Operation, command: string): Promise<string> {
  let text = command;
  const real = await exampleParameters(world, operation);
  for (const [name, shown] of encodeRequest(operation.request, operation.example.request)) {
    const value = real[name];
    if (value !== undefined && value !== shown) text = text.replace(shown, () => value);
  }
  return text;
}

function substituted(world: World, name: string, text: string): string {
  if (/^customidentifier$/i.test(name)) return `${text}-${randomUUID()}`;
  if (name === 'ClientToken') return randomUUID();
  if (name === 'ApiPassthrough.SerialNumber') return String(randomInt(1, 2 ** 47));
  if (text.includes('BEGIN CERTIFICATE REQUEST')) return world.certificateRequest;
  return placeholders.reduce((whole, [placeholder, real]) => whole.replaceAll(placeholder, real(world)), text);
}

/** What an example needs beyond the names of what is there: parameters that stand for something made for this call. */
const preparations: { readonly [operation: string]: (world: World) => Promise<WireParameters> } = {
  CreateRevokeClientCertificate: async (world) => ({ Identifier: (await freshLeaf(world)).identifier }),
  DeleteClientCertificate: async (world) => ({ Identifier: (await revokedLeaf(world)).identifier }),
  // Not the few of the example: what is issued here must not run out.
  AssignCertificateCount: async (world) => ({ Id: await numberOfIssuing(world), CertTotalCount: '1000000' }),
  UntagResources: async (world) => ({ 'ResourceId.1': (await freshLeaf(world, tags)).identifier }),
  UploadPcaCertToCas: async (world) => ({ Ids: await numberOfLeaf(world) }),
  UpdateCACertificateStatus: async (world) => ({ Identifier: await freshRoot(world) }),
};

async function numberOfIssuing({ url, issuing }: World): Promise<string> {
  const { List } = await ok(url, 'ListAllEndEntityInstance', { ShowSize: '100' });
  const found = (List as { Id: number; Identifier: string }[]).find(({ Identifier }) => Identifier === issuing);
  return String(found?.Id);
}

async function numberOfLeaf({ url, leaf }: World): Promise<string> {
  const { Certificate } = await ok(url, 'DescribeClientCertificate', { Identifier: leaf.identifier });
  return String((Certificate as { Id: number }).Id);
}

const tags = { 'Tags.1.Key': 'team', 'Tags.1.Value': 'gateway' };

export function freshLeaf(world: World, more: WireParameters = {}): Promise<Made> {
  return issueClient(world.url, world.issuing, more);
}

export async function revokedLeaf(world: World): Promise<Made> {
  const leaf = await freshLeaf(world);
  await revoke(world.url, leaf.identifier);
  return leaf;
}

/** Of its own key family, which is fast to make. */
export async function freshRoot({ url }: World, years = 1): Promise<string> {
  const made = await ok(url, 'CreateRootCACertificate', {
    ...caSubject,
    CommonName: 'Passing',
    Years: String(years),
    Algorithm: 'ECC_256',
  });
  return String(made['Identifier']);
}

export const caSubject = { Organization: 'O', OrganizationUnit: 'U', Locality: 'L', State: 'S' };
