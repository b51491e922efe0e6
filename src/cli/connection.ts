// Where the commands that ask a running service find it, and with which access key they sign.

import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { secretSetting } from '../app/secret-setting.ts';
import { systemClock } from '../base/time.ts';
import type { Connection } from '../client/rpc-client.ts';
import { UsageError } from './failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const connectionHelp = `
Environment:
  CERTITUDE_ENDPOINT                address of the service (http://127.0.0.1:8080)
  CERTITUDE_ACCESS_KEY_ID           access key to sign with; ALIBABA_CLOUD_ACCESS_KEY_ID will do
  CERTITUDE_ACCESS_KEY_SECRET       its secret; ALIBABA_CLOUD_ACCESS_KEY_SECRET will do
  CERTITUDE_ACCESS_KEY_SECRET_FILE  file that holds it instead; a line end at its end does not count
  CERTITUDE_SECURITY_TOKEN          its token, for a temporary key; ALIBABA_CLOUD_SECURITY_TOKEN will do`;

export function addConnectionOptions(command: Command): Command {
  return command
    .option('--endpoint <url>', 'address of the service')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', connectionHelp);
}

/** @throws {UsageError} {ConfigError} when the address is none, there is no access key, or its file cannot be read. */
export function connect(endpoint: string | undefined, environment: Environment): Connection {
  const address = endpoint ?? environment['CERTITUDE_ENDPOINT'] ?? 'http://127.0.0.1:8080';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `The endpoint must be an address such as http://127.0.0.1:8080, not ${JSON.stringify(address)}.`,
    );
  }
  const accessKeyId = environment['CERTITUDE_ACCESS_KEY_ID'] ?? environment['ALIBABA_CLOUD_ACCESS_KEY_ID'];
  const accessKeySecret =
    secretSetting(environment, 'CERTITUDE_ACCESS_KEY_SECRET') ?? environment['ALIBABA_CLOUD_ACCESS_KEY_SECRET'];
  if (!accessKeyId || !accessKeySecret) {
    throw new UsageError(
      'No access key: set CERTITUDE_ACCESS_KEY_ID and CERTITUDE_ACCESS_KEY_SECRET. ' +
        '`certitude init` printed a pair; `certitude access key create` makes another.',
    );
  }
  const securityToken = environment['CERTITUDE_SECURITY_TOKEN'] ?? environment['ALIBABA_CLOUD_SECURITY_TOKEN'];
  return {
    endpoint: new URL(url.origin),
    accessKeyId,
    accessKeySecret,
    ...(securityToken && { securityToken }),
    clock: systemClock,
    random: randomBytes,
  };
}
