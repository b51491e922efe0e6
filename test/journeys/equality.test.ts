// The same answer on every surface: random serial numbers asked through the RPC call, OCSP by GET and by POST with many at
// once, complete CRLs, base and delta, and partitions. Some 3,000 of them here; SERIALS=100000 asks for more, SEED=… again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { generateSerialNumber } from '../../src/pki/serial-number.ts';
import type { RevocationReason } from '../../src/registry/model.ts';
import { until } from '../until.ts';
import { type Authority, authorityOf } from './asking-ocsp.ts';
import { byCall, byGet, byPost, type FetchedCrl, fetchCrl, type Question, type Told } from './every-surface.ts';
import { untilCrl } from './fetched-crls.ts';
import { type Change, change, newAuthority, type Written, writeCertificates } from './many-certificates.ts';
import { newSeed, type SeededRandom, seededRandom } from './seeded-random.ts';
import { type ServiceWithin, startWithin } from './service-within.ts';

const count = Number(process.env['SERIALS'] ?? 3000);
const partitions = 4;
const reasons = [
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
  undefined,
] as const;

/** What becomes of a certificate, before the first CRL is looked at and after it. */
const fates = {
  good: [[], []],
  revokedEarly: [['revoke'], []],
  revokedLate: [[], ['revoke']],
  held: [['hold'], []],
  heldThenRevoked: [['hold'], ['revoke']],
  released: [['hold'], ['release']],
  releasedAtOnce: [[], ['hold', 'release']],
  deleted: [['revoke'], ['delete']],
  expired: [[], []],
  expiredRevoked: [[], ['revoke']],
} as const;
type Fate = keyof typeof fates;
const allFates = Object.keys(fates) as Fate[];

interface Certificate extends Question {
  readonly written: Written;
  readonly fate: Fate;
  readonly reason: RevocationReason | undefined;
  readonly partitioned: boolean;
}

test(`${count} serial numbers, good, revoked, held, released, expired, deleted and never issued, stand the same on every surface`, async (t) => {
  const seed = newSeed('SEED');
  t.diagnostic(`SEED=${seed} SERIALS=${count}`);
  const random = seededRandom(seed);
  const service = await startWithin(t, { CERTITUDE_CRL_DELAY: '0' });
  const { url } = service;
  const crlPartitions = { count: partitions, baseUrl: url };
  const made = [
    await newAuthority(service, 'One'),
    await newAuthority(service, 'Two'),
    await newAuthority(service, 'Three', { crlPartitions }),
  ];
  const issuers = await Promise.all(made.map(({ identifier }) => authorityOf(url, identifier)));
  const fateOf = Array.from({ length: Math.floor(count * 0.8) }, () => random.pick(allFates));
  const ends = fateOf.map((fate) => (fate.startsWith('expired') ? -60 : 30 * 86_400));
  const written = await writeCertificates(service, made, ends, random.octets);
  const certificates = written.map((each, index): Certificate => {
    const issuer = issuers[index % issuers.length] as Authority;
    const fate = fateOf[index] as Fate;
    const partitioned = issuer === issuers[2];
    return { issuer, serialNumber: each.serialNumber, written: each, fate, reason: random.pick(reasons), partitioned };
  });
  const strangers = Array.from({ length: count - written.length }, (): Question => {
    return { issuer: random.pick(issuers), serialNumber: generateSerialNumber(random.octets) };
  });

  for (const step of [0, 1]) await changeAll(service, certificates, 0, step);
  await published(service, issuers);
  const before = await Promise.all(issuers.map((issuer) => fetchCrl(url, issuer)));
  for (const step of [0, 1]) await changeAll(service, certificates, 1, step);
  await published(service, issuers);
  const lists = [];
  for (const [index, issuer] of issuers.entries()) lists.push(await listsOf(url, issuer, before[index], index === 2));

  let disagreements = 0;
  const disagree = (question: Question, ...words: unknown[]) => {
    disagreements += 1;
    if (disagreements <= 10) t.diagnostic(`${question.serialNumber}: ${JSON.stringify(words)}`);
  };
  const all = shuffled([...certificates, ...strangers], random);
  const answers = await askAll(url, all);
  for (const [question, surfaces] of answers) {
    const certificate = 'fate' in question ? (question as Certificate) : undefined;
    const expected = certificate ? statusAfter(certificate) : 'unknown';
    const [call, ...ocsp] = surfaces;
    if (call?.status !== expected) disagree(question, 'RPC', call, expected, certificate?.fate);
    for (const answer of ocsp) {
      if (answer.status !== call?.status || answer.revokedAt !== call.revokedAt)
        disagree(question, 'OCSP', answer, call);
      if (answer.reason !== ocsp[0]?.reason) disagree(question, 'reason', answer, ocsp[0]);
    }
    const { complete, combined, spread } = lists[issuers.indexOf(question.issuer)] ?? assert.fail();
    for (const list of [complete, combined, ...(spread ? [spread] : [])]) {
      const entry = list.get(question.serialNumber);
      // A list need not speak of what has expired; where it does it is to be right.
      if (entry === undefined && (expected !== 'revoked' || certificate?.fate === 'expiredRevoked')) continue;
      if (entry?.revokedAt !== call?.revokedAt || entry?.reason !== ocsp[0]?.reason)
        disagree(question, 'CRL', entry, ocsp[0]);
    }
  }
  assert.equal(answers.size, count);
  assert.equal(disagreements, 0);
});

test('while certificates are revoked, held and released, every answer is right for a moment between question and answer, and none goes back', async (t) => {
  const seed = newSeed('SEED');
  t.diagnostic(`SEED=${seed}`);
  const random = seededRandom(seed);
  const service = await startWithin(t, { CERTITUDE_CRL_DELAY: '0' });
  const { url } = service;
  const made = [await newAuthority(service, 'One'), await newAuthority(service, 'Two')];
  const issuers = await Promise.all(made.map(({ identifier }) => authorityOf(url, identifier)));
  const written = await writeCertificates(service, made, Array(60).fill(86_400), random.octets);
  await published(service, issuers);
  const watched = written.map((each, index) => new Watched(each, issuers[index % 2] as Authority));

  let isDone = false;
  const changing = (async () => {
    for (let round = 0; round < Math.max(600, count / 5); round++) {
      const each = random.pick(watched);
      const next = each.nextChange(random);
      if (next === undefined) continue;
      const happened = each.begin(next);
      await change(service, [[each.written, next]]);
      happened();
      if (round % 10 === 0) await pause(random.below(3));
    }
    isDone = true;
  })();
  let asked = 0;
  const asking = Array.from({ length: 6 }, async () => {
    while (!isDone) {
      // Few at a time, so that questions about one certificate overlap with its changes.
      const some = Array.from({ length: 5 }, () => random.pick(watched));
      const ofOne = some.filter(({ issuer }) => issuer === some[0]?.issuer);
      const kind = random.below(3);
      const about = kind === 0 ? some : kind === 1 ? some.slice(0, 1) : ofOne;
      const done = about.map((each) => each.ask());
      const answers =
        kind === 0
          ? await byCall(url, about)
          : kind === 1
            ? [await byGet(url, about[0] ?? assert.fail())]
            : await byPost(url, ofOne);
      for (const [index, answer] of answers.entries()) done[index]?.(answer);
      asked += answers.length;
    }
  });
  // Who was revoked for good on one list is on every later one.
  const reading = (async () => {
    const final = new Set<string>();
    while (!isDone) {
      for (const issuer of issuers) {
        const { entries } = await fetchCrl(url, issuer);
        for (const serial of final)
          assert.ok(!serial.startsWith(issuer.identifier) || entries.has(serial.slice(33)), serial);
        for (const [serial, { reason }] of entries)
          if (reason !== 'certificateHold') final.add(`${issuer.identifier} ${serial}`);
      }
      await pause(50);
    }
  })();
  await Promise.all([changing, ...asking, reading]);
  t.diagnostic(`${asked} answers while ${watched.reduce((sum, { changes }) => sum + changes, 0)} changes were made`);
  assert.ok(asked > 500);
});

/** One certificate, every state it has had, and between which moments each began. */
class Watched implements Question {
  readonly written: Written;
  readonly issuer: Authority;
  readonly serialNumber: string;
  readonly #states: { readonly told: Told; readonly from: number; certainFrom: number }[] = [
    { told: { status: 'good' }, from: 0, certainFrom: 0 },
  ];
  /** The state that a question asked from now on must be answered with, or a later one. */
  #least = 0;

  constructor(written: Written, issuer: Authority) {
    this.written = written;
    this.issuer = issuer;
    this.serialNumber = written.serialNumber;
  }

  get changes(): number {
    return this.#states.length - 1;
  }

  nextChange(random: SeededRandom): Change | undefined {
    const now = this.#states.at(-1)?.told;
    if (now?.status === 'good') {
      return { kind: 'certificate-revoked', reason: random.below(25) === 0 ? 'keyCompromise' : 'certificateHold' };
    }
    return now?.reason === 'certificateHold' ? { kind: 'certificate-released' } : undefined;
  }

  begin(change: Change): () => void {
    const told: Told =
      change.kind === 'certificate-revoked'
        ? { status: 'revoked', ...(change.reason && { reason: change.reason }) }
        : { status: 'good' };
    const state = { told, from: performance.now(), certainFrom: Number.POSITIVE_INFINITY };
    this.#states.push(state);
    return () => {
      state.certainFrom = performance.now();
    };
  }

  ask(): (answer: Told) => void {
    const askedAt = performance.now();
    const least = this.#least;
    return (answer) => {
      const answeredAt = performance.now();
      const possible = this.#states.flatMap(({ told, from }, index) => {
        const overAt = this.#states[index + 1]?.certainFrom ?? Number.POSITIVE_INFINITY;
        const fits = told.status === answer.status && (answer.reason === undefined || answer.reason === told.reason);
        return fits && index >= least && from <= answeredAt && overAt >= askedAt ? [index] : [];
      });
      const [first] = possible;
      assert.ok(
        first !== undefined,
        `${this.serialNumber}: ${JSON.stringify([answer, askedAt, answeredAt, least, this.#states])}`,
      );
      this.#least = Math.max(this.#least, first);
    };
  }
}

/** The changes of one phase, and of those the first or the second. */
async function changeAll(
  service: ServiceWithin,
  certificates: readonly Certificate[],
  phase: 0 | 1,
  step: number,
): Promise<void> {
  const changes = certificates.flatMap(({ written, fate, reason }): (readonly [Written, Change])[] => {
    switch (fates[fate][phase][step]) {
      case 'revoke':
        return [[written, { kind: 'certificate-revoked', ...(reason && { reason }) }]];
      case 'hold':
        return [[written, { kind: 'certificate-revoked', reason: 'certificateHold' }]];
      case 'release':
        return [[written, { kind: 'certificate-released' }]];
      case 'delete':
        return [[written, { kind: 'certificate-deleted' }]];
      default:
        return [];
    }
  });
  await change(service, changes);
}

function statusAfter({ fate }: Certificate): Told['status'] {
  return ['good', 'released', 'releasedAtOnce', 'expired'].includes(fate) ? 'good' : 'revoked';
}

/** Resolves when the CRLs of all of them say what the journal says. */
async function published({ opened, url }: ServiceWithin, issuers: readonly Authority[]): Promise<void> {
  for (const { identifier } of issuers) {
    const { publications } = opened.store;
    const { number } = await until(async () => {
      const publication = await publications.publishedCrls(identifier as Written['issuer']);
      const isCurrent =
        publication && !(await publications.statusChangedSince(publication.authority, publication.sequence));
      return isCurrent && publication;
    });
    // It is served a moment after it was stored.
    await untilCrl(url, [identifier], ({ extensions }) => extensions.number >= number);
  }
}

type Entries = FetchedCrl['entries'];

async function listsOf(url: string, issuer: Authority, before: FetchedCrl | undefined, partitioned: boolean) {
  const complete = await fetchCrl(url, issuer);
  const delta = await fetchCrl(url, issuer, '-delta');
  assert.ok(before && delta.crl.extensions.baseNumber !== undefined);
  // RFC 5280 §5.2.4: what it may be combined with, and what that makes.
  assert.ok(before.crl.extensions.number >= delta.crl.extensions.baseNumber);
  assert.ok(before.crl.extensions.number < delta.crl.extensions.number);
  const combined = new Map(before.entries);
  for (const [serialNumber, entry] of delta.entries) {
    if (entry.reason === 'removeFromCRL') combined.delete(serialNumber);
    else combined.set(serialNumber, entry);
  }
  let spread: Map<string, Entries extends ReadonlyMap<string, infer Entry> ? Entry : never> | undefined;
  for (let index = 0; partitioned && index < partitions; index++) {
    spread ??= new Map();
    for (const [serialNumber, entry] of (await fetchCrl(url, issuer, `-p${index}`)).entries) {
      assert.ok(!spread.has(serialNumber), 'on one partition');
      spread.set(serialNumber, entry);
    }
  }
  if (spread) assert.equal(spread.size, complete.entries.size);
  return { complete: complete.entries, combined, spread };
}

/** Of each: the call's answer, then OCSP's by GET and by POST. */
async function askAll(url: string, questions: readonly Question[]): Promise<Map<Question, Told[]>> {
  const answers = new Map<Question, Told[]>(questions.map((question) => [question, []]));
  const add = (question: Question, answer: Told | undefined) => answers.get(question)?.push(answer ?? assert.fail());
  for (const some of chunks(questions, 1000)) {
    for (const [index, answer] of (await byCall(url, some)).entries()) add(some[index] ?? assert.fail(), answer);
  }
  for (const some of chunks(questions, 16)) {
    await Promise.all(some.map(async (question) => add(question, await byGet(url, question))));
  }
  for (const ofOne of Map.groupBy(questions, ({ issuer }) => issuer).values()) {
    for (const some of chunks(ofOne, 20)) {
      for (const [index, answer] of (await byPost(url, some)).entries()) add(some[index] ?? assert.fail(), answer);
    }
  }
  return answers;
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [result[at], result[other]] = [result[other] as Item, result[at] as Item];
  }
  return result;
}
