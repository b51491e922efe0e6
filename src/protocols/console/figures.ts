// The figures of an overview: certificates by status, those that end soon, revocations by day, calls of the last hour.

import { Type } from 'typebox';
import type { AccountId } from '../../base/journal-entry.ts';
import { type Clock, type MonotonicMillis, toSeconds, unixSeconds } from '../../base/time.ts';
import type { CertificateStore, EndingCertificate, Figures } from '../../registry/store.ts';
import { DescribeCACertificateCount } from '../rpc/operations/cas/DescribeCACertificateCount.ts';
import { ListCert } from '../rpc/operations/cas/ListCert.ts';
import { integer } from '../rpc/operations/shapes.ts';
import type { CallHistory } from './call-history.ts';
import { type AnswerUnderOperation, underOperation } from './under-operation.ts';

const daySeconds = 86_400;
/** For how many days revocations are told, today included. */
const daysTold = 90;
const operationsTold = 10;

interface KeptFigures {
  readonly made: Promise<Figures>;
  until: MonotonicMillis;
}

/**
 * Made anew at each request while that is quick. Figures that took long to make are given again for twenty times as long: so
 * an overview that somebody leaves open, of however many certificates, takes no more than a twentieth of the store's time.
 */
const keptTimes = 20;
const accountsKept = 1000;

export function askFigures(calls: CallHistory): AnswerUnderOperation {
  const kept = new Map<AccountId, KeptFigures>();
  return underOperation(DescribeCACertificateCount, Type.Object({}), async (_, { account }, { store, clock }) => {
    const now = clock.now();
    const today = Math.floor(toSeconds(now) / daySeconds);
    const { revocations, ...certificates } = await figuresOf(account, { kept, store, clock });
    const byDay = new Map(revocations.map(({ day, count }) => [day, count]));
    const { minutes, operations } = calls.of(account, now);
    return {
      at: now,
      certificates,
      /** The oldest day first, today last; days are those of UTC. */
      revocations: Array.from({ length: daysTold }, (_each, index) => {
        const day = today - daysTold + 1 + index;
        return { at: day * daySeconds * 1000, count: byDay.get(day) ?? 0 };
      }),
      calls: { minutes, operations: operations.slice(0, operationsTold) },
    };
  });
}

async function figuresOf(
  account: AccountId,
  {
    kept,
    store,
    clock,
  }: {
    readonly kept: Map<AccountId, KeptFigures>;
    readonly store: Pick<CertificateStore, 'figures'>;
    readonly clock: Clock;
  },
): Promise<Figures> {
  const began = clock.monotonic();
  const before = kept.get(account);
  if (before && began < before.until) return before.made;
  const now = toSeconds(clock.now());
  const from = unixSeconds((Math.floor(now / daySeconds) - daysTold + 1) * daySeconds);
  const figures: KeptFigures = {
    made: store.figures(account, now, from),
    // Whoever asks meanwhile waits for the same.
    until: Number.POSITIVE_INFINITY as MonotonicMillis,
  };
  kept.delete(account);
  kept.set(account, figures);
  const [oldest] = kept.keys();
  if (kept.size > accountsKept && oldest !== undefined) kept.delete(oldest);
  try {
    return await figures.made;
  } finally {
    const ended = clock.monotonic();
    const took = ended - began;
    figures.until = (took < quickMillis ? ended : ended + keptTimes * took) as MonotonicMillis;
  }
}

/** Not worth keeping: what was changed just now shows at once. */
const quickMillis = 50;

export type FiguresAnswer = {
  readonly at: number;
  readonly certificates: Omit<Figures, 'revocations'>;
  readonly revocations: readonly { readonly at: number; readonly count: number }[];
  readonly calls: ReturnType<CallHistory['of']>;
};

export interface EndingList {
  readonly List: readonly EndingCertificate[];
}

/** `{List}`: the certificates that end next, of those in force. */
export const listEnding = underOperation(
  ListCert,
  Type.Object({ Size: Type.Optional(integer(1, 100, 'How many; 10 when left out.', 10)) }),
  async ({ Size = 10 }, { account }, { store, clock }) => ({
    List: await store.endingNext(account, toSeconds(clock.now()), Size),
  }),
);
