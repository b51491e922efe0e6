// A request that arrived whole, taken apart where it lies. Only the plainest messages of RFC 9112 are known here; of all others
// nothing is said, not even that they are wrong: they are for node:http, which reads the rest of the grammar and refuses.

import { HeaderLines } from './header-lines.ts';
import { isHost } from './host.ts';

export interface WholeRequest {
  readonly method: string;
  /** In origin form (RFC 9112 §3.2.1). */
  readonly target: string;
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
  /** Whether the sender keeps the connection for another (RFC 9112 §9.3). */
  readonly persists: boolean;
  /** Where what follows it begins. */
  readonly end: number;
}

export interface WholeLimits {
  /** Octets, from the request line to the empty one. */
  readonly head: number;
  readonly headerLines: number;
  readonly body: number;
}

/** A fragment is no part of a target (RFC 9112 §3.2). */
const requestLine = /(?:GET|POST|HEAD) (\/[!"$-~]*) HTTP\/1\.([01])\r\n/y;
/**
 * RFC 9110 §5.1, §5.5: a token, and text without what is no ASCII. No line is folded and none ends without both octets. Blanks
 * before the text are not told from it here: with two ways to match them a line of many would be tried in all of them.
 */
const fieldLine = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t -~]*)\r\n/y;
const optionList = /^[a-z0-9-]+(?:, ?[a-z0-9-]+)*$/;
const emptyLine = '\r\n\r\n';
/** The body of a request without one. */
export const nothing = new Uint8Array();

/** What the fields say of the message itself. */
interface Framing {
  hosts: number;
  length: number | undefined;
  connection: string | undefined;
}

/** @returns `undefined` for one that is not whole, or not plain, or too long for the limits. */
export function wholeRequest(octets: Buffer, from: number, limits: WholeLimits): WholeRequest | undefined {
  const headEnd = octets.indexOf(emptyLine, from, 'latin1') + emptyLine.length;
  if (headEnd < emptyLine.length || headEnd - from > limits.head) return undefined;
  const head = octets.toString('latin1', from, headEnd);
  requestLine.lastIndex = 0;
  const started = requestLine.exec(head);
  if (started === null) return undefined;
  const [line, target, minor] = started as unknown as [string, string, string];
  const lines: string[] = [];
  const framing: Framing = { hosts: 0, length: undefined, connection: undefined };
  for (let at = line.length; at < head.length - 2; at = fieldLine.lastIndex) {
    fieldLine.lastIndex = at;
    const field = fieldLine.exec(head);
    if (field === null || lines.length === 2 * limits.headerLines) return undefined;
    const [, name, padded] = field as unknown as [string, string, string];
    const value = padded.trim();
    if (!isPlain(name, value, framing)) return undefined;
    lines.push(name, value);
  }
  const isOld = minor === '0';
  // RFC 9112 §3.2: a request of HTTP/1.1 without Host is refused.
  if (framing.hosts !== 1 && !(isOld && framing.hosts === 0)) return undefined;
  const length = framing.length ?? 0;
  const end = headEnd + length;
  if (length > limits.body || end > octets.length) return undefined;
  return {
    // Not cut out of the head: words that are the same are compared and looked up faster than those that read the same.
    method: head.startsWith('G') ? 'GET' : head.startsWith('P') ? 'POST' : 'HEAD',
    target,
    headers: new HeaderLines(lines),
    body: length === 0 ? nothing : octets.subarray(headEnd, end),
    persists: isOld ? framing.connection === 'keep-alive' : framing.connection !== 'close',
    end,
  };
}

/** RFC 9112 §9.3: one option may be among others, such as the wish for another protocol, which is passed over (RFC 9110 §7.8). */
function connectionOf(options: readonly string[]): string {
  return options.find((each) => each === 'close') ?? options.find((each) => each === 'keep-alive') ?? '';
}

/** Notes what a field says of the message. @returns false for one that makes it less than plain. */
function isPlain(name: string, value: string, framing: Framing): boolean {
  // By length first: most fields are none of these.
  switch (name.length) {
    case 4:
      if (name.toLowerCase() !== 'host') return true;
      framing.hosts += 1;
      return isHost(value);
    case 6:
      return name.toLowerCase() !== 'expect';
    case 10: {
      if (name.toLowerCase() !== 'connection') return true;
      if (framing.connection !== undefined) return false;
      framing.connection = value.toLowerCase();
      if (framing.connection === 'keep-alive' || framing.connection === 'close') return true;
      if (!optionList.test(framing.connection)) return false;
      framing.connection = connectionOf(framing.connection.split(/, ?/));
      return true;
    }
    case 14:
      if (name.toLowerCase() !== 'content-length') return true;
      if (framing.length !== undefined || !/^\d{1,9}$/.test(value)) return false;
      framing.length = Number(value);
      return true;
    case 16:
      return name.toLowerCase() !== 'proxy-connection';
    case 17:
      return name.toLowerCase() !== 'transfer-encoding';
    default:
      return true;
  }
}
