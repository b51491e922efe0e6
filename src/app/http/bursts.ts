// Replies made in one turn of the event loop go out together at its end.

/** A reply and the way it goes. */
export interface Outgoing {
  readonly send: () => void;
  /** The way is of no use any more. Does not throw. */
  readonly abandon: () => void;
}

export interface Bursts {
  /** Takes a reply that was made. */
  readonly send: (outgoing: Outgoing) => void;
  /**
   * Sends it at once, and before those that wait, so it must be the only one of its connection. Of those who open a connection for
   * each request there is no burst to wait for: a turn accepts one connection.
   */
  readonly sendNow: (outgoing: Outgoing) => void;
  /** Sends what waits, and not at the end of the turn. */
  readonly flush: () => void;
}

/**
 * A write wakes whoever waits for it, which takes the system longer than to answer a call; in a burst, most of those written
 * to are awake already. What has to be done before replies are written is done once for all of them.
 */
export function inBursts(beforeReplies: () => void): Bursts {
  let burst: Outgoing[] = [];
  const sendAll = (made: readonly Outgoing[]): void => {
    beforeReplies();
    for (const outgoing of made) {
      try {
        outgoing.send();
      } catch {
        outgoing.abandon();
      }
    }
  };
  const flush = (): void => {
    const made = burst;
    burst = [];
    if (made.length > 0) sendAll(made);
  };
  const send = (outgoing: Outgoing): void => {
    if (burst.push(outgoing) === 1) setImmediate(flush);
  };
  return { send, sendNow: (outgoing) => sendAll([outgoing]), flush };
}
