// The threads that serve beside the main one: begins them, keeps them supplied with all they have to know, begins another
// where one has died, and has them stop.

import { Worker } from 'node:worker_threads';
import { isCertificateEntry } from '../../drivers/sql/journal-rows.ts';
import type { EdgeReply } from '../../protocols/edge.ts';
import type { Operation } from '../../protocols/rpc/operation.ts';
import type { OcspAnswer } from '../../registry/ocsp-answer.ts';
import type { Config } from '../config.ts';
import type { AnsweredListeners } from '../listeners.ts';
import type { Log } from '../log.ts';
import type { OpenStore } from '../open-store.ts';
import type { ServedTls, TlsInUse } from '../tls/served.ts';
import {
  type FromThread,
  type OperationRules,
  type PostedOcspAnswer,
  type PostedReply,
  type PostedRequest,
  postedOcspAnswer,
  postedReply,
  postedTls,
  type Report,
  receivedRequest,
  type ThreadOptions,
  type ToThread,
  together,
} from './messages.ts';
import { ownOperations } from './own-operations.ts';
import { answerStream } from './streams.ts';

export interface WorkerPool {
  /** Those that serve now. */
  readonly serving: () => number;
  /** Takes no new requests, lets those under way finish; after `graceMillis` the rest are cut off. */
  readonly stop: (graceMillis: number) => Promise<void>;
}

export interface PoolServices {
  readonly config: Config;
  readonly opened: OpenStore;
  readonly log: Log;
  readonly threadOptions: Pick<ThreadOptions, 'addresses' | 'nonces' | 'nonceFolder'>;
  /** The same that the main thread answers with. */
  readonly answer: AnsweredListeners['answer'];
  readonly answerOcsp: (der: Uint8Array, received: string) => OcspAnswer | Promise<OcspAnswer>;
  readonly beforeReplies: () => void;
  readonly tls: TlsInUse | undefined;
  readonly takeReport: (thread: number, report: Report) => void;
}

/** A thread that dies at once would otherwise be begun again without end. */
const pauseMillis = 1000;
/** Beyond what its requests are given. */
const stopMillis = 2000;

/** @returns when they serve. @throws what kept one of them from it. */
export async function startWorkers(services: PoolServices): Promise<WorkerPool> {
  const { config, log } = services;
  const options = await sharedOptions(services);
  const running = new Map<number, ServingThread>();
  const beginning = new Set<Promise<void>>();
  let isStopping = false;

  const begin = (thread: number): Promise<void> => {
    const begun = beginThread(thread).finally(() => beginning.delete(begun));
    beginning.add(begun);
    return begun;
  };
  const beginThread = async (thread: number): Promise<void> => {
    const serving = await startThread({ ...options, thread }, services, (reason) => {
      running.delete(thread);
      if (isStopping) return;
      log.error({ thread, err: reason }, 'a thread that serves has died; another takes its place');
      setTimeout(() => void beginAgain(thread), pauseMillis).unref();
    });
    if (isStopping) await serving.stop(0);
    else running.set(thread, serving);
  };
  const beginAgain = async (thread: number): Promise<void> => {
    if (isStopping) return;
    try {
      await begin(thread);
      log.info({ thread }, 'the thread serves again');
    } catch (error) {
      log.error({ thread, err: error }, 'a thread that serves could not be begun; that is tried again');
      setTimeout(() => void beginAgain(thread), pauseMillis).unref();
    }
  };
  const stop = async (graceMillis: number): Promise<void> => {
    isStopping = true;
    await Promise.all(Array.from(running.values(), (each) => each.stop(graceMillis)));
    await Promise.allSettled(beginning);
  };

  try {
    await Promise.all(Array.from({ length: config.workers - 1 }, (_, index) => begin(index + 1)));
  } catch (error) {
    await stop(0);
    throw error;
  }
  return { serving: () => running.size, stop };
}

/** All that the threads have in common. */
async function sharedOptions({
  config,
  opened,
  log,
  threadOptions,
}: PoolServices): Promise<Omit<ThreadOptions, 'thread'>> {
  const { store, directory, statusIndex, sealer } = opened;
  const accessSequence = new SharedArrayBuffer(4);
  const word = new Int32Array(accessSequence);
  Atomics.store(word, 0, directory.sequence | 0);
  // As the directory takes an entry over, and before whoever made the change is answered.
  await store.follow((entry) => {
    if (!isCertificateEntry(entry)) Atomics.store(word, 0, entry.sequence | 0);
  }, opened.followedTo());
  const rulesOf = (operation: Operation): OperationRules => ({
    requiresTls: config.requiresTls(operation),
    qps: config.qpsOf(operation.name),
    apiQps: config.apiQpsOf(operation.name),
  });
  return {
    ...threadOptions,
    logLevel: log.level,
    plainServesAll: config.plainHttp === 'all',
    statusIndex: statusIndex.shared,
    accessSequence,
    masterKey: sealer.key,
    ocspMaxAgeSeconds: config.ocspMaxAgeSeconds,
    statusRules: { maxBatch: config.maxStatusBatch, revokeTimeUnit: config.revokeTimeUnit },
    operations: new Map(ownOperations.map((operation) => [operation.name, rulesOf(operation)])),
    trustedProxies: config.trustedProxies,
    keepsAccessLog: config.accessLog !== undefined,
  };
}

interface ServingThread {
  readonly stop: (graceMillis: number) => Promise<void>;
}

/** @param onDeath  told once it has served and does so no longer. @returns when it serves. */
async function startThread(
  options: ThreadOptions,
  { opened, tls, takeReport, answer, answerOcsp, beforeReplies }: PoolServices,
  onDeath: (reason: unknown) => void,
): Promise<ServingThread> {
  const { thread } = options;
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: options,
    name: `serving ${thread}`,
  });
  const post = (message: ToThread): void => worker.postMessage(message);
  const reply = answering(answer, (replies) => {
    beforeReplies();
    post({ type: 'replies', replies });
  });
  const answered = together<PostedOcspAnswer>((answers) => post({ type: 'ocsp', answers }));
  const isUp = Promise.withResolvers<void>();
  // It may die before it is waited for.
  isUp.promise.catch(() => {});
  let serves = false;
  worker.on('message', (message: FromThread) => {
    switch (message.type) {
      case 'serving':
        serves = true;
        isUp.resolve();
        break;
      case 'requests':
        for (const request of message.requests) reply(request);
        break;
      case 'ocsp':
        for (const { id, der, received } of message.requests) {
          void Promise.resolve(answerOcsp(der, received)).then((made) => answered(postedOcspAnswer(id, made)));
        }
        break;
      case 'stream': {
        const { listener } = message.stream.request;
        void answerStream(message.stream, answer.bulkStatus, (reply, ports) => {
          beforeReplies();
          worker.postMessage({ type: 'stream-reply', listener, reply } satisfies ToThread, ports);
        });
        break;
      }
      case 'report':
        takeReport(thread, message.report);
        post({ type: 'report-taken' });
        break;
    }
  });
  let reason: unknown = new Error('the thread ended');
  worker.on('error', (error) => (reason = error));
  const ended = Promise.withResolvers<void>();
  const atEnd: (() => void)[] = [() => ended.resolve()];
  worker.on('exit', () => {
    for (const each of atEnd) each();
    if (serves) onDeath(reason);
    isUp.reject(reason);
  });
  if (tls) {
    const postTls = (served: ServedTls): void => post({ type: 'tls', tls: postedTls(served) });
    postTls(tls.inUse());
    atEnd.push(tls.follow(postTls));
  }
  try {
    atEnd.push(await opened.store.followAccess(together((entries) => post({ type: 'access', entries }))));
    post({ type: 'serve' });
    await isUp.promise;
  } catch (error) {
    await worker.terminate();
    for (const each of atEnd) each();
    throw error;
  }
  return {
    stop: async (graceMillis) => {
      post({ type: 'stop', graceMillis });
      const patience = setTimeout(() => void worker.terminate(), graceMillis + stopMillis);
      await ended.promise;
      clearTimeout(patience);
    },
  };
}

/** Answers what a thread passes on as if it had come to this one. */
function answering(
  answer: PoolServices['answer'],
  send: (replies: readonly PostedReply[]) => void,
): (request: PostedRequest) => void {
  const reply = together(send);
  return (request) => {
    const { id, listener } = request;
    const replyWith = (made: EdgeReply | undefined): void => reply(postedReply(id, made));
    try {
      const answered = answer[listener](receivedRequest(request));
      if (!(answered instanceof Promise)) replyWith(answered);
      else answered.then(replyWith, () => replyWith(undefined));
    } catch {
      replyWith(undefined);
    }
  };
}
