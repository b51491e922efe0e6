// Long bodies on their way between two threads: each over a port of its own, a piece whenever the other side wants one, so that
// neither has more of it in memory than that.

import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads';
import { BodyLost, type EdgeReply, type EdgeRequest, type StreamedReply } from '../../protocols/edge.ts';
import type { StreamHandler } from '../http/streaming.ts';
import {
  alone,
  type Listener,
  type PostedRequest,
  type PostedStreamReply,
  postedReply,
  postedRequest,
  receivedRequest,
} from './messages.ts';

/** What the side that has the body says. */
type Piece =
  | { readonly type: 'chunk'; readonly chunk: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'lost'; readonly reason: BodyLost['reason'] };

/** What the other says. The port is closed when it wants no more. */
type Wish = { readonly type: 'more' } | { readonly type: 'ended'; readonly isWhole: boolean };

export interface PostedStream {
  readonly request: PostedRequest;
  readonly body: MessagePort;
}

/** Requests with long bodies are answered by the main thread, as all that a thread does not answer itself. */
export function passOnStreams(
  post: (stream: PostedStream, ports: Transferable[]) => void,
  listener: Listener,
): { readonly answer: StreamHandler; readonly receive: (reply: PostedStreamReply) => void } {
  const waiting = new Map<number, PromiseWithResolvers<EdgeReply | StreamedReply>>();
  let lastId = 0;
  return {
    answer: (head, chunks) => {
      const id = ++lastId;
      const awaited = Promise.withResolvers<EdgeReply | StreamedReply>();
      waiting.set(id, awaited);
      const { port1, port2 } = new MessageChannel();
      give(port1, chunks, () => {});
      const request = postedRequest({ ...head, body: new Uint8Array() }, { id, listener });
      post({ request, body: port2 }, [port2]);
      return awaited.promise;
    },
    receive: ({ id, reply, body }) => {
      const awaited = waiting.get(id);
      waiting.delete(id);
      if (!reply) awaited?.reject(new Error('the main thread has no reply'));
      else if (!body) awaited?.resolve(reply);
      else {
        const { status, headers } = reply;
        const say = (wish: Wish): void => body.postMessage(wish);
        const ended = (isWhole: boolean): void => {
          say({ type: 'ended', isWhole });
          body.close();
        };
        awaited?.resolve({ status, headers, body: take(body, { closes: false }), ended });
      }
    },
  };
}

/** The main thread's side of it. Never rejects. */
export async function answerStream(
  { request, body }: PostedStream,
  answer: StreamHandler,
  post: (reply: PostedStreamReply, ports: Transferable[]) => void,
): Promise<void> {
  const { id } = request;
  try {
    const { body: _, ...head }: EdgeRequest = receivedRequest(request);
    const reply = await answer(head, take(body, { closes: true }));
    if (!('ended' in reply)) {
      post(postedReply(id, reply), []);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    give(port1, reply.body, reply.ended);
    const { status, headers } = reply;
    post({ id, reply: { status, headers, body: '' }, body: port2 }, [port2]);
    // Once posted it is no longer here to be closed. To a thread that has died nothing is posted: nobody else would close it.
    port2.close();
  } catch {
    post({ id, reply: undefined }, []);
  } finally {
    body.close();
  }
}

/** Gives the pieces of a body as they are asked for. `ended` is called once: with what the other side says, or when it is gone. */
function give(port: MessagePort, chunks: AsyncIterable<Uint8Array>, ended: (isWhole: boolean) => void): void {
  const iterator = chunks[Symbol.asyncIterator]();
  const say = (piece: Piece): void => port.postMessage(piece);
  let isWhole = false;
  port.on('message', (wish: Wish) => {
    if (wish.type === 'ended') {
      isWhole = wish.isWhole;
      return;
    }
    iterator.next().then(
      ({ done, value }) => say(done ? { type: 'end' } : { type: 'chunk', chunk: alone(value) }),
      (error) => say({ type: 'lost', reason: error instanceof BodyLost ? error.reason : 'broken' }),
    );
  });
  port.once('close', () => {
    ended(isWhole);
    iterator.return?.().catch(() => {});
  });
}

/**
 * The pieces of a body, each asked for when it is wanted.
 * @throws {BodyLost} while they are read: what the other side met, or `broken` when that is gone.
 */
function take(port: MessagePort, { closes }: { readonly closes: boolean }): AsyncIterable<Uint8Array> {
  let awaited: PromiseWithResolvers<Piece> | undefined;
  let isClosed = false;
  const lost: Piece = { type: 'lost', reason: 'broken' };
  port.on('message', (piece: Piece) => awaited?.resolve(piece));
  port.once('close', () => {
    isClosed = true;
    awaited?.resolve(lost);
  });
  const next = (): Promise<Piece> => {
    awaited = Promise.withResolvers<Piece>();
    if (isClosed) awaited.resolve(lost);
    else port.postMessage({ type: 'more' } satisfies Wish);
    return awaited.promise;
  };
  return (async function* pieces() {
    try {
      for (;;) {
        const piece = await next();
        if (piece.type === 'end') return;
        if (piece.type === 'lost') throw new BodyLost(piece.reason);
        yield piece.chunk;
      }
    } finally {
      if (closes) port.close();
    }
  })();
}
