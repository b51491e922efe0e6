// Requests that came over connections of node:http and are not answered yet. It reads on whatever waits for its answer, so that
// senders who want none would fill the memory.

import type { Socket } from 'node:net';

/** Clients that send on before they are answered have some ten under way; one piece of 64 KiB can have a thousand of the shortest. */
const mostOfConnection = 1024;
/** Of all connections. Where more wait, each may have only a few. */
const manyOfAll = 8192;
const fewOfConnection = 16;

export class UnansweredRequests {
  readonly #counts = new WeakMap<Socket, number>();
  #all = 0;

  /** @returns how many its connection has now; `undefined` where they are too many and it is to be cut off. */
  add(socket: Socket): number | undefined {
    const before = this.#counts.get(socket);
    const most = this.#all < manyOfAll ? mostOfConnection : fewOfConnection;
    if (before !== undefined && before >= most) return undefined;
    if (before === undefined) socket.once('close', () => this.#forget(socket));
    const count = (before ?? 0) + 1;
    this.#counts.set(socket, count);
    this.#all += 1;
    return count;
  }

  /** One of them was answered. */
  remove(socket: Socket): void {
    const count = this.#counts.get(socket);
    // None once the connection is gone.
    if (count === undefined) return;
    this.#counts.set(socket, count - 1);
    this.#all -= 1;
  }

  #forget(socket: Socket): void {
    this.#all -= this.#counts.get(socket) ?? 0;
    this.#counts.delete(socket);
  }
}
