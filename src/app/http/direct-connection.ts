// A connection that is read and written without node:http for as long as its requests arrive whole and plain: to make its
// objects for a request takes node:http longer than most of ours take to be answered. With the first request that is
// anything else the connection becomes node:http's, for good.

import type { Socket } from 'node:net';
import type { EdgeReply } from '../../protocols/edge.ts';
import type { Outgoing } from './bursts.ts';
import { addressOf, edgeRequest } from './edge-request.ts';
import type { Handler } from './listen.ts';
import { writeReply } from './reply-message.ts';
import { type WholeLimits, type WholeRequest, wholeRequest } from './whole-request.ts';

export interface DirectServing {
  readonly answer: Handler;
  readonly send: (outgoing: Outgoing) => void;
  readonly toNode: (socket: Socket) => void;
  /** Whether a request with this target is node:http's, whatever its form. */
  readonly isForNode: (target: string) => boolean;
  readonly limits: WholeLimits;
  /** Seconds without a request after which a connection is closed: without the first, and after an answer. */
  readonly patience: { readonly first: number; readonly next: number };
  readonly isStopping: () => boolean;
}

export class DirectConnection {
  readonly #socket: Socket;
  readonly #serving: DirectServing;
  readonly #onLeave: () => void;
  readonly #secure: boolean;
  #address: string | undefined;
  /** What came and has to wait; meanwhile nothing more is read. */
  #rest: Buffer | undefined;
  /** A reply is being made. Those to what follows come after it (RFC 9112 §9.3.2). */
  #isAnswering = false;
  /** Replies that are made and not written. */
  #unsent = 0;
  /** The request that was taken last is the last of the connection. */
  #isLast = false;
  /** Nothing more comes. */
  #hasEnded = false;
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
    if (this.isIdle() && ++this.#quietSeconds > (this.#hasAnswered ? next : first)) this.close();
  }

  /** Called when a reply goes out. @throws as {@link writeReply} does. */
  write(reply: EdgeReply, { method, persists }: WholeRequest): void {
    this.#unsent -= 1;
    if (this.#socket.writableEnded) return;
    const isKept = persists && this.#hasMore() && !this.#serving.isStopping();
    const keptSeconds = isKept ? this.#serving.patience.next : undefined;
    writeReply(this.#socket, reply, { toHead: method === 'HEAD', keptSeconds });
    this.#hasAnswered = true;
    this.#quietSeconds = 0;
    if (!isKept) this.#end();
    else if (this.#rest) this.#goOn();
  }

  #end(): void {
    // With all of it handed to the system, closing says what an end before it would say, and wakes the other side once. TLS
    // has a word of its own to say first (RFC 8446 §6.1).
    if (this.#secure || this.#socket.writableLength > 0) this.#socket.end(this.close);
    else this.close();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#quietSeconds = 0;
    this.#take(this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk);
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    // Who has said all that he has to say still waits for what he asked.
    if (!this.#hasMore()) this.#end();
  };

  /** Whether there is, or can be, anything to answer beside what is written now. */
  #hasMore(): boolean {
    return !this.#hasEnded || this.#isAnswering || this.#unsent > 0 || this.#rest !== undefined;
  }

  readonly #goOn = (): void => {
    const octets = this.#rest;
    if (octets === undefined || this.#isAnswering || this.#unsent > 0) return;
    this.#take(octets);
    if (this.#rest === undefined) this.#socket.resume();
  };

  #take(octets: Buffer): void {
    let at = 0;
    while (at < octets.length && !this.#isLast && !this.#isAnswering && !this.#socket.writableNeedDrain) {
      const request = wholeRequest(octets, at, this.#serving.limits);
      if (request === undefined || this.#serving.isForNode(request.target)) {
        // What was answered before goes out before.
        if (this.#unsent > 0) break;
        if (this.#hasEnded) this.#end();
        else this.#becomeNodes(octets.subarray(at));
        return;
      }
      at = request.end;
      this.#isLast = !request.persists;
      this.#answer(request);
    }
    this.#wait(at === octets.length || this.#isLast ? undefined : octets.subarray(at));
  }

  #wait(rest: Buffer | undefined): void {
    this.#rest = rest;
    if (rest === undefined) return;
    this.#socket.pause();
    if (!this.#isAnswering && this.#unsent === 0) this.#socket.once('drain', this.#goOn);
  }

  #answer(request: WholeRequest): void {
    const { method, target, headers, body } = request;
    this.#address ??= addressOf(this.#socket);
    const arrived = { method, target, headers, body, sourceAddress: this.#address, secure: this.#secure };
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

  #send(request: WholeRequest, reply: EdgeReply): void {
    this.#unsent += 1;
    this.#serving.send(new OutgoingReply(this, request, reply));
  }

  #becomeNodes(octets: Buffer): void {
    const socket = this.#socket;
    this.#rest = undefined;
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
