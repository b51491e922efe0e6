// What the access log keeps of a call: the line as front ends show it. How it gets there is app/access-log's.

/** As JSON, absent members left out. All text is printable ASCII. */
export interface AccessLine {
  /** When the call was answered: ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly requestId: string;
  /** Account and ARN of who called: absent unless proven. */
  readonly account?: string;
  readonly principal?: string;
  /** Without a principal only what the caller claimed. Unknown ids of a form that is not ours are cut: they may be a mistake. */
  readonly accessKeyId?: string;
  readonly source: string;
  readonly secure: boolean;
  readonly userAgent?: string;
  /** Of the operation found; absent if there is none such. */
  readonly product?: string;
  readonly version?: string;
  readonly action?: string;
  /** What permission was asked for: an ARN, or `*`. */
  readonly resource?: string;
  /** How many certificates were asked about, where it may be many. */
  readonly size?: number;
  readonly decision?: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';
  /** The statement that decided: name of its policy, and its place there, counted from 0. */
  readonly policy?: string;
  readonly statement?: number;
  readonly status: number;
  /** Error code; absent when the call was answered. */
  readonly code?: string;
  readonly millis: number;
}

/** Where calls are found again by the request id their callers were told. */
export interface LoggedCalls {
  /**
   * Looks in what was written last, as far back as there is time for.
   * @throws {TooMuchWaiting} when the account looks for two already, or others for theirs.
   */
  find(asked: AskedCall): Promise<LookedUp>;
}

/** What is not of this account, and of this principal where one is given, is looked for no further than what is not there. */
export interface AskedCall {
  readonly requestId: string;
  readonly account: string;
  /** ARN */
  readonly principal?: string;
}

/** `notFarEnough`: there are older lines that were not looked at. */
export type LookedUp = AccessLine | 'none' | 'notFarEnough' | 'noLog';
