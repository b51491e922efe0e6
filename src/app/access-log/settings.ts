// The settings of the access log: whether one is kept, and how much of it.

import { fail, parseNumber, parseSwitch, type Setting } from '../setting.ts';
import type { WriterSettings } from './writer.ts';

export const accessLogSettings = [
  {
    variable: 'CERTITUDE_ACCESS_LOG',
    key: 'accessLog',
    default: '1',
    meaning:
      'Whether every call, refused ones included, gets a line in log/ in the data folder, for `certitude log`; 0: no. Calls go on when the log cannot be written; what is lost is counted.',
  },
  {
    variable: 'CERTITUDE_ACCESS_LOG_FILE_MIB',
    key: 'accessLogFileMib',
    default: '64',
    meaning: 'MiB after which the next file of the access log is begun, 1 to 4096; a new day (UTC) begins one too.',
  },
  {
    variable: 'CERTITUDE_ACCESS_LOG_TOTAL_MIB',
    key: 'accessLogTotalMib',
    default: '1024',
    meaning:
      'MiB that all files of the access log may have together, 2 to 1048576; the oldest are deleted. A call takes some 400 octets, compressed some 60.',
  },
  {
    variable: 'CERTITUDE_ACCESS_LOG_GZIP',
    key: 'accessLogGzip',
    default: '1',
    meaning: 'Whether files of the access log are compressed once they are full; 0: no.',
  },
] as const satisfies readonly Setting[];

type AccessLogVariable = (typeof accessLogSettings)[number]['variable'];

/** @throws {ConfigError} */
export function parseAccessLog(read: (variable: AccessLogVariable) => string): WriterSettings | undefined {
  if (!parseSwitch('CERTITUDE_ACCESS_LOG', read('CERTITUDE_ACCESS_LOG'))) return undefined;
  const mebibytes = (variable: AccessLogVariable, least: number, most: number) =>
    parseNumber(variable, read(variable), least, most) * 1024 * 1024;
  const fileOctets = mebibytes('CERTITUDE_ACCESS_LOG_FILE_MIB', 1, 4096);
  const totalOctets = mebibytes('CERTITUDE_ACCESS_LOG_TOTAL_MIB', 2, 1_048_576);
  if (totalOctets < 2 * fileOctets)
    fail('CERTITUDE_ACCESS_LOG_TOTAL_MIB', 'must be at least twice CERTITUDE_ACCESS_LOG_FILE_MIB');
  const gzip = parseSwitch('CERTITUDE_ACCESS_LOG_GZIP', read('CERTITUDE_ACCESS_LOG_GZIP'));
  return { fileOctets, totalOctets, gzip };
}
