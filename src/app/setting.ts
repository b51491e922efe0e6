// What a setting is, and how the text of one is read: what config.ts, tls/settings.ts and access-log/settings.ts are written in.

/** A setting that cannot be used; the message names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface Setting {
  readonly variable: string;
  /** Key in the file; secrets have none, since files of settings get copied about. */
  readonly key?: string;
  readonly default: string;
  readonly meaning: string;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** @throws {ConfigError} */
export function fail(name: string, rule: string): never {
  throw new ConfigError(`${name} ${rule}.`);
}

/** `host:port`, an IPv6 address in brackets. @throws {ConfigError} */
export function parseListen(name: string, text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) return fail(name, 'must be host:port, as 127.0.0.1:8080 or [::1]:8080');
  return { host, port };
}

/** The address to call what listens there. */
export function urlOf(scheme: 'http' | 'https', { host, port }: ListenAddress): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** @throws {ConfigError} */
export function parseNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    fail(name, `must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  return value;
}

/** @throws {ConfigError} */
export function parseChoice<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((each) => each === text);
  return choice ?? fail(name, `must be one of ${choices.join(', ')}, not ${JSON.stringify(text)}`);
}

/** @throws {ConfigError} */
export function parseSwitch(name: string, text: string): boolean {
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  return fail(name, `must be 1 or 0, not ${JSON.stringify(text)}`);
}
