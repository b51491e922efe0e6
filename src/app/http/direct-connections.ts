// The direct connections of a server: which there are, and when they end.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { answeredTogether } from './arrivals.ts';
import { DirectConnection, type DirectServing } from './direct-connection.ts';

export interface DirectConnections {
  /** Ends those on which nothing is being answered. */
  readonly closeIdle: () => void;
  readonly closeAll: () => void;
  /** Ends the watch over them. */
  readonly stop: () => void;
}

const secondMillis = 1000;

/** Takes the connections of a server of node:http, which gets those back that turn out to be for it. */
export function directConnections(
  server: Server,
  connected: 'connection' | 'secureConnection',
  options: Omit<DirectServing, 'arrivals' | 'toNode'>,
): DirectConnections {
  const nodes = server.listeners(connected);
  server.removeAllListeners(connected);
  const arrivals = answeredTogether(options.bursts.flush);
  const serving: DirectServing = {
    ...options,
    arrivals,
    toNode: (socket) => {
      // Who is gone without a word is noticed. Here that is by silence, and new connections are not to wait for the call.
      socket.setKeepAlive(true);
      for (const take of nodes) take.call(server, socket);
    },
  };
  const open = new Set<DirectConnection>();
  server.on(connected, (socket: Socket) => {
    arrivals.connected();
    // RFC 8446 §6.1: who has no more to say still listens. Before the end of the handshake he is gone.
    socket.allowHalfOpen = true;
    const connection = new DirectConnection(socket, serving, () => open.delete(connection));
    open.add(connection);
  });
  const closeWhere = (isMeant: (connection: DirectConnection) => boolean): void => {
    for (const connection of open) if (isMeant(connection)) connection.close();
  };
  const watch = setInterval(() => {
    for (const connection of open) connection.aSecondLater();
  }, secondMillis).unref();
  return {
    closeIdle: () => closeWhere((connection) => connection.isIdle()),
    closeAll: () => closeWhere(() => true),
    stop: () => clearInterval(watch),
  };
}
