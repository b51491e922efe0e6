// Secrets among the settings: in the variable itself, or in a file that the variable with _FILE behind its name names.

import { readFileSync } from 'node:fs';
import { ConfigError } from './setting.ts';

/**
 * The line end that editors put at the end of a file does not count.
 * @returns nothing where neither variable is set.
 * @throws {ConfigError} when both are set, or the file cannot be read or is empty.
 */
export function secretSetting(
  environment: Readonly<Record<string, string | undefined>>,
  variable: string,
): string | undefined {
  const direct = environment[variable];
  const path = environment[`${variable}_FILE`];
  if (!path) return direct || undefined;
  if (direct) throw new ConfigError(`${variable}_FILE and ${variable} are both set; set one.`);
  let content: string;
  try {
    content = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ConfigError(`${variable}_FILE: ${(cause as Error).message}`, { cause });
  }
  if (content === '') throw new ConfigError(`${variable}_FILE (${path}) is empty.`);
  return content;
}
