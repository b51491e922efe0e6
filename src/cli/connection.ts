// Where the commands that ask a running service find it, and with which access key they sign.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setDefaultCACertificates } from 'node:tls';
import type { Command } from 'commander';
import { secretSetting } from '../app/secret-setting.ts';
import { systemClock } from '../base/time.ts';
import type { Connection } from '../client/rpc-client.ts';
import { UsageError } from './failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const connectionHelp = `
Environment:
  CERTITUDE_ENDPOINT                address of the service (http://127.0.0.1:8080)
  CERTITUDE_CA_FILE                 PEM file with the CAs to trust over https, instead of the well-known ones
  CERTITUDE_ACCESS_KEY_ID           access key to sign with; ALIBABA_CLOUD_ACCESS_KEY_ID will do
  CERTITUDE_ACCESS_KEY_SECRET       its secret; ALIBABA_CLOUD_ACCESS_KEY_SECRET will do
  CERTITUDE_ACCESS_KEY_SECRET_FILE  file that holds it instead; a line end at its end does not count
  CERTITUDE_SECURITY_TOKEN          its token, for a temporary key; ALIBABA_CLOUD_SECURITY_TOKEN will do`;

export function addConnectionOptions(command: Command): Command {
  return command
    .option('--endpoint <url>', 'address of the service')
    .option('--ca-file <path>', 'PEM file with the CAs to trust over https')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', connectionHelp);
}

export interface ConnectionOptions {
  readonly endpoint?: string | undefined;
  readonly caFile?: string | undefined;
}

/**
 * With a CA file, this process trusts the CAs in it and no others from here on.
 * @throws {UsageError} when the address is none, the CA file cannot be used, or there is no access key.
 * @throws {ConfigError} when the file of the secret cannot be used.
 */
export function connect({ endpoint, caFile }: ConnectionOptions, environment: Environment): Connection {
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
  const trusted = caFile ?? environment['CERTITUDE_CA_FILE'];
  if (trusted) trustOnly(trusted);
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

function trustOnly(path: string): void {
  let certificates: readonly string[];
  try {
    const blocks = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
    certificates = readFileSync(path, 'utf8').match(blocks) ?? [];
    if (certificates.length > 0) setDefaultCACertificates(certificates);
  } catch (cause) {
    throw new UsageError(`The CA file ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
  if (certificates.length === 0) throw new UsageError(`The CA file ${path} has no PEM block CERTIFICATE.`);
}
