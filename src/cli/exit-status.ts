// What the command line tells the shell.

/** `status` uses the first three, `access simulate` the first two; the others follow sysexits.h, clear of them. */
export const exitStatus = {
  good: 0,
  revoked: 1,
  unknown: 2,
  /** Policies do not allow it. */
  denied: 1,
  /** The command was typed wrongly, or a setting cannot be used. */
  usage: 64,
  /** What was to be read cannot be read as what it should be. */
  badInput: 65,
  /** The service cannot be reached. */
  unreachable: 69,
  /** Something went wrong inside. */
  internal: 70,
  /** Nobody reads what is printed any more, as with `| head`. */
  outputClosed: 74,
  /** What was asked for has not happened yet. */
  notYet: 75,
  /** The service or the store refused. */
  refused: 76,
  /** The store cannot be used: missing, locked, newer, broken. */
  store: 78,
} as const;
