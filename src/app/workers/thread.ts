// A thread that serves beside the main one: listens on the same addresses, answers what it can itself, and passes the rest on.

import { randomBytes } from 'node:crypto';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Directory } from '../../access/directory.ts';
import { systemClock } from '../../base/time.ts';
import { Sealer } from '../../drivers/sealer.ts';
import type { EdgeReply, EdgeRequest } from '../../protocols/edge.ts';
import { answerOcsp, isOcsp, type OcspEdge } from '../../protocols/ocsp.ts';
import { bulkStatusPath } from '../../protocols/rpc/bulk/bulk-status.ts';
import type { CallOutcome } from '../../protocols/rpc/gateway.ts';
import { ReplayGuard } from '../../protocols/rpc/replay.ts';
import { StatusIndex } from '../../registry/status-index.ts';
import { lineText } from '../access-log/line.ts';
import { type HttpServer, type HttpsServer, listen, listenTls, type Served } from '../http/listen.ts';
import type { StreamHandler } from '../http/streaming.ts';
import { createLog, type Log, logCall } from '../log.ts';
import { NonceFiles } from '../nonce-files.ts';
import type { ServedTls } from '../tls/served.ts';
import { answerThemselves } from './answering.ts';
import {
  type FromThread,
  type Listener,
  type PostedReply,
  type PostedRequest,
  type PostedTls,
  postedRequest,
  type ThreadOptions,
  type ToThread,
  together,
} from './messages.ts';
import { ownOcsp } from './own-ocsp.ts';
import { Reports } from './reports.ts';
import { passOnStreams } from './streams.ts';

if (parentPort) run(parentPort, workerData as ThreadOptions);

function run(port: MessagePort, options: ThreadOptions): void {
  const post = (message: FromThread): void => port.postMessage(message);
  const log = createLog('error');
  // Which may be none of the settings': silence.
  log.level = options.logLevel;
  const reports = new Reports((report) => post({ type: 'report', report }));
  const sealer = new Sealer(options.masterKey, randomBytes);
  const directory = new Directory((identity, sealed) => sealer.open(identity, sealed));
  const nonces = new NonceFiles({
    folder: options.nonceFolder,
    clock: systemClock,
    thread: options.thread,
    onFailure: (error) => log.error({ err: error, thread: options.thread }, 'nonces cannot be written'),
  });
  const replayGuard = new ReplayGuard(systemClock, options.nonces, nonces);
  const observe = observer(options, { log, reports, isKnownKey: (id) => directory.hasAccessKey(id) });
  const statusIndex = StatusIndex.attach(options.statusIndex);
  const answerItself = answerThemselves({ options, sealer, statusIndex, directory, replayGuard, nonces, observe });
  const { responder, receive: receiveOcsp } = ownOcsp({ clock: systemClock, statusIndex }, (requests) =>
    post({ type: 'ocsp', requests }),
  );
  const ocsp: OcspEdge = {
    responder,
    clock: systemClock,
    maxAgeSeconds: options.ocspMaxAgeSeconds,
    onError: (error) => log.error({ err: error }, 'an OCSP request could not be answered'),
    observe: (method, outcome) => reports.addOcsp(method, outcome),
  };
  const main = passOn(post);
  const streamsOf = (listener: Listener) =>
    passOnStreams(
      (stream, ports) => port.postMessage({ type: 'stream', stream } satisfies FromThread, ports),
      listener,
    );
  const streams = { plain: streamsOf('plain'), secure: streamsOf('secure') };

  const own = (request: EdgeRequest, listener: Listener): EdgeReply | Promise<EdgeReply> | undefined => {
    if (isOcsp(request.path)) return answerOcsp(request, ocsp);
    return listener === 'secure' || options.plainServesAll ? answerItself(request) : undefined;
  };
  const passedOn =
    (answer: StreamHandler): StreamHandler =>
    (head, chunks) => {
      reports.countReply('main');
      return answer(head, chunks);
    };
  const served = (listener: Listener): Served => ({
    answer: (request) => {
      const reply = own(request, listener) ?? main.answer(request, listener);
      reports.countReply(reply instanceof Promise ? 'main' : 'itself');
      return reply;
    },
    beforeReplies: () => nonces.beforeReplies(),
    isForAnybody: isOcsp,
    ...((listener === 'secure' || options.plainServesAll) && {
      streamed: { path: bulkStatusPath, answer: passedOn(streams[listener].answer) },
    }),
  });

  let tls: ServedTls | undefined;
  let servers: readonly (HttpServer | HttpsServer)[] = [];
  const serve = async (): Promise<void> => {
    const { plain, secure } = options.addresses;
    const listening: (HttpServer | HttpsServer)[] = [];
    servers = listening;
    if (plain) listening.push(await listen({ ...plain, reusePort: true }, served('plain')));
    if (secure && tls) listening.push(await listenTls({ ...secure, reusePort: true }, served('secure'), tls));
    post({ type: 'serving' });
  };
  const stop = async (graceMillis: number): Promise<void> => {
    await Promise.all(servers.map(({ close }) => close(graceMillis)));
    nonces.close();
    reports.flush();
    log.flushNow();
    // Nothing else keeps the thread.
    port.close();
  };
  const receive = (message: ToThread): void => {
    switch (message.type) {
      case 'access':
        for (const entry of message.entries) directory.apply(entry);
        break;
      case 'tls':
        tls = receivedTls(message.tls);
        for (const server of servers) if ('use' in server) server.use(tls);
        break;
      case 'serve':
        void serve();
        break;
      case 'replies':
        main.receive(message.replies);
        break;
      case 'ocsp':
        receiveOcsp(message.answers);
        break;
      case 'stream-reply':
        streams[message.listener].receive(message.reply);
        break;
      case 'report-taken':
        reports.taken();
        break;
      case 'stop':
        void stop(message.graceMillis);
        break;
    }
  };
  port.on('message', receive);
}

interface Observing {
  readonly log: Log;
  readonly reports: Reports;
  readonly isKnownKey: (accessKeyId: string) => boolean;
}

function observer({ keepsAccessLog }: ThreadOptions, { log, reports, isKnownKey }: Observing) {
  return (outcome: CallOutcome, millis: number): void => {
    const at = systemClock.now();
    const line = keepsAccessLog ? lineText(outcome, { at, millis, isKnownKey }) : undefined;
    reports.addCall(outcome, line, at, millis / 1000);
    logCall(log, outcome);
  };
}

interface MainThread {
  readonly answer: (request: EdgeRequest, listener: Listener) => Promise<EdgeReply>;
  readonly receive: (replies: readonly PostedReply[]) => void;
}

/** Requests on their way to the main thread, and the replies that come back. */
function passOn(post: (message: FromThread) => void): MainThread {
  const waiting = new Map<number, PromiseWithResolvers<EdgeReply>>();
  let lastId = 0;
  const send = together<PostedRequest>((requests) => post({ type: 'requests', requests }));
  return {
    answer: (request, listener) => {
      const id = ++lastId;
      const awaited = Promise.withResolvers<EdgeReply>();
      waiting.set(id, awaited);
      send(postedRequest(request, { id, listener }));
      return awaited.promise;
    },
    receive: (replies) => {
      for (const { id, reply } of replies) {
        const awaited = waiting.get(id);
        waiting.delete(id);
        if (reply) awaited?.resolve(reply);
        else awaited?.reject(new Error('the main thread has no reply'));
      }
    },
  };
}

function receivedTls({ context, ticketKeys }: PostedTls): ServedTls {
  return { context, ticketKeys: Buffer.from(ticketKeys) };
}
