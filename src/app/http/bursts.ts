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
  /** Sends what waits, and not at the end of the turn. */
  readonly flush: () => void;
}

/**
 * A write wakes whoever waits for it, which takes the system longer than to answer a call; in a burst, most of those written
 * to are awake already. What has to be done before replies are written is done once for all of them.
 */
export function inBursts(beforeReplies: () => void): Bursts {
  let burst: Outgoing[] = [];
  const flush = (): void => {
    const made = burst;
    burst = [];
    if (made.length === 0) return;
    beforeReplies();
    for (const outgoing of made) {
      try {
        outgoing.send();
      } catch {
        outgoing.abandon();
      }
    }
  };
  const send = (outgoing: Outgoing): void => {
    if (burst.push(outgoing) === 1) setImmediate(flush);
  };
  return { send, flush };
}
