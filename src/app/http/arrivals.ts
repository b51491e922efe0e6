// The first requests of new connections, answered some at a time.

export interface Arrivals {
  /** To be called for each new connection. */
  readonly connected: () => void;
  /** Has the first request of one answered: at the end of this turn of the event loop, or of one of the next. Does not throw. */
  readonly answer: (answer: () => void) => void;
}

/** Who connects without asking anything, again and again, is not waited for. */
const mostTurns = 16;

/**
 * libuv accepts one connection in a turn, so of clients who open one for each request a turn would have one to answer: the
 * caches cold, in which a signature takes twice its time, and a client asleep to be woken for each. So they wait while each
 * turn brings another connection, and are answered one straight after the other. Whoever comes alone does not wait.
 * @param sendReplies  called when some have been answered.
 */
export function answeredTogether(sendReplies: () => void): Arrivals {
  let waiting: (() => void)[] = [];
  let turns = 0;
  let hasConnected = false;
  const endTurn = (): void => {
    const waitOn = hasConnected && ++turns < mostTurns;
    hasConnected = false;
    if (waitOn) {
      setImmediate(endTurn);
      return;
    }
    const answers = waiting;
    waiting = [];
    turns = 0;
    for (const answer of answers) answer();
    sendReplies();
  };
  return {
    connected: () => {
      hasConnected = true;
    },
    answer: (answer) => {
      if (waiting.push(answer) === 1) setImmediate(endTurn);
    },
  };
}
