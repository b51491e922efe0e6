// Replies made in one turn of the event loop go out together at its end; the last of a connection goes at once.

/** A reply and the way it goes. */
export interface Outgoing {
  readonly send: () => void;
  /** The way is of no use any more. Does not throw. */
  readonly abandon: () => void;
}

export type Send = (outgoing: Outgoing, isLast?: boolean) => void;

/**
 * A write wakes whoever waits for it, which takes the system longer than to answer a call; in a burst, most of those written
 * to are awake already. What has to be done before replies are written is done once for all of them.
 *
 * Of those who open a connection for each request there is no burst to wait for: a turn accepts one connection.
 *
 * @returns takes a reply that was made, and whether it is the last one of a connection that has no other to be sent.
 */
export function inBursts(beforeReplies: () => void): Send {
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
    sendAll(made);
  };
  return (outgoing, isLast = false) => {
    if (isLast) sendAll([outgoing]);
    else if (burst.push(outgoing) === 1) setImmediate(flush);
  };
}
