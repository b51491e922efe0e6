// Requests that came over connections of node:http and are not answered yet. It reads on whatever waits for its answer, so that
// senders who want none would fill the memory.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Clients that send on before they are answered have some ten under way; one piece of 64 KiB can have a thousand of the shortest. */
const mostOfConnection = 1024;
/** Of all connections. Where more wait, each may have only a few. */
const manyOfAll = 8192;
const fewOfConnection = 16;

interface Asked {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  count: number;
  /** The request read last, and the one before; none that is over: it is kept with all its fields. */
  latest: Asked | undefined;
  before: Asked | undefined;
  /** Whether more may be asked; or the latest was the last, or was refused, or what came after it is refused. */
  state: 'open' | 'last' | 'refused';
}

export class UnansweredRequests {
  readonly #connections = new WeakMap<Socket, Connection>();
  #all = 0;

  /** @returns how many its connection has now; `undefined` where they are too many and it is to be cut off. */
  add(socket: Socket, asked: Asked): number | undefined {
    const most = this.#all < manyOfAll ? mostOfConnection : fewOfConnection;
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { count: 0, latest: asked, before: undefined, state: 'open' };
      this.#connections.set(socket, connection);
      socket.once('close', () => this.#forget(socket));
    } else {
      if (connection.count >= most) return undefined;
      // What comes after the last is counted, since node:http keeps it, and never answered.
      if (connection.state === 'open') {
        connection.before = connection.latest;
        connection.latest = asked;
      }
    }
    forgetOnceOver(connection, asked);
    this.#all += 1;
    return ++connection.count;
  }

  /** One of them was answered. */
  remove(socket: Socket): void {
    const connection = this.#connections.get(socket);
    // None once the connection is gone.
    if (connection === undefined) return;
    connection.count -= 1;
    this.#all -= 1;
  }

  /** Whether no more than one of its connection is not answered. */
  isOnly(socket: Socket): boolean {
    return (this.#connections.get(socket)?.count ?? 0) <= 1;
  }

  /** What was added last is the last of its connection: of what comes after it nothing is carried out (RFC 9112 §9.6). */
  end(socket: Socket, state: 'last' | 'refused'): void {
    const connection = this.#connections.get(socket);
    if (connection) connection.state = state;
  }

  hasEnded(socket: Socket): boolean {
    const connection = this.#connections.get(socket);
    return connection !== undefined && connection.state !== 'open';
  }

  /** Refuses, once, what comes after the requests that were read, when those have their answers. */
  afterAnswers(socket: Socket, refuse: () => void): void {
    const connection = this.#connections.get(socket);
    let last = connection?.latest;
    if (connection?.state === 'refused' || (connection?.state === 'last' && last?.message.complete)) return;
    this.end(socket, 'refused');
    if (connection && last && !last.message.complete) {
      // One whose body cannot be read is answered by nobody else, unless that was done before its body came.
      if (last.response.headersSent) return;
      last = connection.before;
    }
    // They are sent in their order.
    if (last === undefined || last.response.writableFinished) refuse();
    // Before node:http hears of it, which ends the connection there if the sender has ended his side.
    else last.response.prependOnceListener('finish', refuse);
  }

  #forget(socket: Socket): void {
    this.#all -= this.#connections.get(socket)?.count ?? 0;
    this.#connections.delete(socket);
  }
}

/** Not among the listeners of the connection itself, which would keep what this one keeps. */
function forgetOnceOver(connection: Connection, asked: Asked): void {
  asked.response.once('close', () => {
    if (connection.latest === asked) connection.latest = undefined;
    if (connection.before === asked) connection.before = undefined;
  });
}
