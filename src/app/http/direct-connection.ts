// A connection that is read and written without node:http for as long as its requests arrive whole and plain: to make its
// objects for a request takes node:http longer than most of ours take to be answered. With the first request that is
// anything else the connection becomes node:http's, for good.

import type { Socket } from 'node:net';
import type { EdgeReply, Handler } from '../../protocols/edge.ts';
import type { Arrivals } from './arrivals.ts';
import type { Bursts, Outgoing } from './bursts.ts';
import { addressOf, edgeRequest } from './edge-request.ts';
import { writeReply } from './reply-message.ts';
import { type WholeLimits, type WholeRequest, wholeRequest } from './whole-request.ts';

export interface DirectServing {
  readonly answer: Handler;
  readonly bursts: Bursts;
  readonly arrivals: Pick<Arrivals, 'answer'>;
  readonly toNode: (socket: Socket) => void;
  /** Whether a request with this target is node:http's, whatever its form. */
  readonly isForNode: (target: string) => boolean;
  /** Whether nobody looks at where a request with this target comes from. */
  readonly isForAnybody: (target: string) => boolean;
  readonly limits: WholeLimits;
  readonly patience: Patience;
  readonly isStopping: () => boolean;
}

/** Seconds. */
export interface Patience {
  /** For the first request of a connection. */
  readonly first: number;
  /** For the one after an answer; and for a sign that the answer is read. */
  readonly next: number;
}

/**
 * Requests of one connection that are answered in one turn of the event loop. A piece of 64 KiB can have some hundred, and an
 * OCSP answer signed at once takes 50 µs.
 */
const mostAtOnce = 16;

export class DirectConnection {
  readonly #socket: Socket;
  readonly #serving: DirectServing;
  readonly #onLeave: () => void;
  readonly #secure: boolean;
  #address: string | undefined;
  /** What came last has to wait, and was put back; meanwhile nothing is read. */
  #isWaiting = false;
  /** A reply is being made. Those to what follows come after it (RFC 9112 §9.3.2). */
  #isAnswering = false;
  /** Replies that are made and not written. */
  #unsent = 0;
  /** The request that was taken last is the last of the connection. */
  #isLast = false;
  /** Nothing more comes. */
  #hasEnded = false;
  /** The system has not taken all that was written. */
  #isBacklogged = false;
  #hasAnswered = false;
  #quietSeconds = 0;

  /** `onLeave` is called when the connection is closed, or node:http's. */
  constructor(socket: Socket, serving: DirectServing, onLeave: () => void) {
    this.#socket = socket;
    this.#serving = serving;
    this.#onLeave = onLeave;
    this.#secure = 'encrypted' in socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.close);
    socket.on('close', onLeave);
  }

  isIdle(): boolean {
    return !this.#isAnswering && this.#unsent === 0 && this.#socket.writableLength === 0;
  }

  readonly close = (): void => {
    this.#socket.destroy();
  };

  /** To be called once a second. */
  aSecondLater(): void {
    const { first, next } = this.#serving.patience;
    this.#expectReading(this.#socket.writableLength > 0);
    if (this.isIdle() && ++this.#quietSeconds > (this.#hasAnswered ? next : first)) this.close();
  }

  /** Whoever does not read what he has asked for is not kept either; the system tells whether he takes any of it. */
  #expectReading(isBacklogged: boolean): void {
    if (isBacklogged === this.#isBacklogged) return;
    this.#isBacklogged = isBacklogged;
    this.#socket.setTimeout(isBacklogged ? this.#serving.patience.next * 1000 : 0, this.close);
  }

  /** Called when a reply goes out. @throws as {@link writeReply} does. */
  write(reply: EdgeReply, { method, persists }: WholeRequest): void {
    this.#unsent -= 1;
    if (this.#socket.writableEnded) return;
    // What was carried out is answered, whoever is to stop: the connection ends with the last of it.
    const isStopping = this.#serving.isStopping() && this.#unsent === 0 && !this.#isAnswering;
    const isKept = persists && this.#hasMore() && !isStopping;
    const keptSeconds = isKept ? this.#serving.patience.next : undefined;
    writeReply(this.#socket, reply, { toHead: method === 'HEAD', keptSeconds });
    this.#hasAnswered = true;
    this.#quietSeconds = 0;
    if (!isKept) this.#end();
    else this.#goOn();
  }

  #end(): void {
    // With all of it handed to the system, closing says what an end before it would say, and wakes the other side once. TLS
    // has a word of its own to say first (RFC 8446 §6.1).
    if (this.#secure || this.#socket.writableLength > 0) this.#socket.end(this.close);
    else this.close();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#quietSeconds = 0;
    this.#take(chunk);
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    // Who has said all that he has to say still waits for what he asked.
    if (!this.#hasMore()) this.#end();
  };

  /** Whether there is, or can be, anything to answer beside what is written now. */
  #hasMore(): boolean {
    return !this.#hasEnded || this.#isAnswering || this.#unsent > 0;
  }

  readonly #goOn = (): void => {
    if (!this.#isWaiting || this.#isAnswering || this.#unsent > 0) return;
    this.#isWaiting = false;
    this.#socket.resume();
  };

  #take(octets: Buffer): void {
    let at = 0;
    while (at < octets.length && !this.#isLast) {
      if (this.#isAnswering || this.#unsent >= mostAtOnce || this.#socket.writableNeedDrain) {
        this.#wait(octets.subarray(at));
        return;
      }
      const request = wholeRequest(octets, at, this.#serving.limits);
      if (request === undefined || this.#serving.isForNode(request.target)) {
        const rest = octets.subarray(at);
        // What was answered before goes out before.
        if (this.#unsent > 0) this.#wait(rest);
        else this.#becomeNodes(rest);
        return;
      }
      at = request.end;
      this.#isLast = !request.persists;
      const isFirst = !this.#hasAnswered && this.#unsent === 0;
      // What else came with it would have to wait longer.
      if (isFirst && at === octets.length) this.#answerWithOthers(request);
      else this.#answer(request);
    }
  }

  /** Until what was asked before is answered, and the other side reads. */
  #wait(rest: Buffer): void {
    const socket = this.#socket;
    this.#isWaiting = true;
    socket.pause();
    // So that the end of what comes is not told before it.
    socket.unshift(rest);
    if (!this.#isAnswering && this.#unsent === 0) socket.once('drain', this.#goOn);
  }

  #answerWithOthers(request: WholeRequest): void {
    this.#isAnswering = true;
    this.#serving.arrivals.answer(() => {
      this.#isAnswering = false;
      this.#answer(request);
    });
  }

  #answer(request: WholeRequest): void {
    const { method, target, headers, body } = request;
    const sourceAddress = this.#sourceAddress;
    // The connection is gone. Nobody waits for the answer, and nobody could tell where a change came from.
    if (!this.#serving.isForAnybody(target) && sourceAddress() === '') {
      this.close();
      return;
    }
    const arrived = { method, target, headers, body, sourceAddress, secure: this.#secure };
    try {
      const answered = this.#serving.answer(edgeRequest(arrived));
      if (!(answered instanceof Promise)) {
        this.#send(request, answered);
        return;
      }
      this.#isAnswering = true;
      answered.then((reply) => {
        this.#isAnswering = false;
        this.#send(request, reply);
      }, this.close);
    } catch {
      // The handler has an answer to everything; what still goes wrong must not end the process.
      this.close();
    }
  }

  /** To ask the system for it takes as long as to read a request. */
  readonly #sourceAddress = (): string => {
    this.#address ??= addressOf(this.#socket);
    return this.#address;
  };

  #send(request: WholeRequest, reply: EdgeReply): void {
    this.#unsent += 1;
    this.#serving.bursts.send(new OutgoingReply(this, request, reply));
  }

  #becomeNodes(octets: Buffer): void {
    const socket = this.#socket;
    this.#expectReading(false);
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    this.#serving.toNode(socket);
    // Not before node:http has its own.
    socket.off('error', this.close);
    socket.off('close', this.#onLeave);
    this.#onLeave();
    socket.unshift(octets);
    socket.resume();
  }
}

class OutgoingReply implements Outgoing {
  readonly #connection: DirectConnection;
  readonly #request: WholeRequest;
  readonly #reply: EdgeReply;

  constructor(connection: DirectConnection, request: WholeRequest, reply: EdgeReply) {
    this.#connection = connection;
    this.#request = request;
    this.#reply = reply;
  }

  send(): void {
    this.#connection.write(this.#reply, this.#request);
  }

  abandon(): void {
    this.#connection.close();
  }
}
