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
  latest: Asked;
  /** The one before the latest. */
  before: Asked | undefined;
  /** Nothing more is read. */
  isOver: boolean;
}

export class UnansweredRequests {
  readonly #connections = new WeakMap<Socket, Connection>();
  #all = 0;

  /** @returns how many its connection has now; `undefined` where they are too many and it is to be cut off. */
  add(socket: Socket, asked: Asked): number | undefined {
    const most = this.#all < manyOfAll ? mostOfConnection : fewOfConnection;
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { count: 0, latest: asked, before: undefined, isOver: false };
      this.#connections.set(socket, connection);
      socket.once('close', () => this.#forget(socket));
    } else {
      if (connection.count >= most) return undefined;
      connection.before = connection.latest;
      connection.latest = asked;
    }
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

  /** What was added last is the last of its connection: of what comes after it nothing is carried out (RFC 9112 §9.6). */
  end(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection) connection.isOver = true;
  }

  hasEnded(socket: Socket): boolean {
    return this.#connections.get(socket)?.isOver === true;
  }

  /** Does something with a connection on which nothing more can be read, once those that were read have their answers. */
  afterAnswers(socket: Socket, act: () => void): void {
    const connection = this.#connections.get(socket);
    if (connection?.isOver) return;
    const latest = connection?.latest;
    let last = latest;
    if (connection && latest) {
      connection.isOver = true;
      // One whose body cannot be read is not answered by anybody else, unless it was before its body came.
      if (!latest.message.complete && latest.response.headersSent) return;
      if (!latest.message.complete) last = connection.before;
    }
    // They are sent in their order.
    if (last === undefined || last.response.writableFinished) act();
    else last.response.once('finish', act);
  }

  #forget(socket: Socket): void {
    this.#all -= this.#connections.get(socket)?.count ?? 0;
    this.#connections.delete(socket);
  }
}
