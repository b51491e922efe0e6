// The console: its built files, its sessions, and the calls made from its pages.

import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { FailedAttempts } from '../access/failed-attempts.ts';
import type { LastUses } from '../access/last-use.ts';
import { sha256Hex } from '../base/bytes.ts';
import type { CallHistory } from '../protocols/console/call-history.ts';
import type { CallServices } from '../protocols/console/calls.ts';
import { createConsole } from '../protocols/console/console.ts';
import { catalogReplies, explorerCatalog } from '../protocols/console/explorer-catalog.ts';
import { askFigures } from '../protocols/console/figures.ts';
import type { BuiltConsole, ConsoleFile } from '../protocols/console/files.ts';
import { askPublication } from '../protocols/console/publication-state.ts';
import type { Published } from '../protocols/console/published.ts';
import { Sessions } from '../protocols/console/sessions.ts';
import { askSettings, type SetUp } from '../protocols/console/settings.ts';
import { askWhy } from '../protocols/console/why.ts';
import type { KeyServices } from '../protocols/rpc/authentication.ts';
import { catalog } from '../protocols/rpc/catalog.ts';
import { createGateway, type GatewayServices } from '../protocols/rpc/gateway.ts';
import type { Config } from './config.ts';
import { type LinkServices, oneTimeLinks } from './console-link.ts';
import type { Log } from './log.ts';
import { shownSettings } from './shown-settings.ts';

/** Where `npm run console` puts what it builds. */
const builtFolder = fileURLToPath(new URL('../../dist/console/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css;charset=utf-8',
  '.js': 'text/javascript;charset=utf-8',
  '.json': 'application/json;charset=utf-8',
  '.svg': 'image/svg+xml',
};

const { node, openssl, sqlite } = process.versions;
const versions = { Certitude: packageJson.version, 'Node.js': node, OpenSSL: openssl, SQLite: sqlite ?? '' };

/** Somebody who mistypes gets far with this, a guesser nowhere. */
const attemptRules = { limit: 10, windowSeconds: 60, capacity: 10_000 };

/** Of codes, three are good at any moment. */
const codeRules = { limit: 5, windowSeconds: 3600, capacity: 10_000 };

export interface ConsoleParts extends Pick<SetUp, 'limits' | 'certificate'> {
  readonly gateway: GatewayServices;
  readonly keys: KeyServices;
  readonly lastUses: LastUses;
  readonly store: LinkServices['store'];
  readonly published: Published;
  readonly callHistory: CallHistory;
}

/** @returns the handler of `/console/…`; `undefined` from it for what is served elsewhere. */
export function startConsole(
  { gateway, keys, lastUses, store, published, callHistory, limits, certificate }: ConsoleParts,
  config: Config,
  log: Log,
): ReturnType<typeof createConsole> {
  const { clock } = gateway;
  const sessionRules = {
    idleSeconds: config.consoleIdleSeconds,
    absoluteSeconds: config.consoleSessionSeconds,
    capacity: 10_000,
    capacityOfAccount: 1000,
  };
  // A session has no nonce to remember.
  const gatewayFor: CallServices['gatewayFor'] = (authenticate, asked = catalog) =>
    createGateway({ ...gateway, catalog: asked, authenticate, secureNonce: () => {} });
  return createConsole({
    built: readBuilt(),
    random: randomBytes,
    clock,
    keys,
    directory: gateway.services.directory,
    administration: gateway.services.administration,
    lastUses,
    links: oneTimeLinks({ store, clock }),
    sessions: new Sessions(sessionRules, clock, randomBytes),
    sessionRules,
    failedBySource: new FailedAttempts(attemptRules, clock),
    failedByKey: new FailedAttempts(attemptRules, clock),
    // A guess at 256 bits is not worth locking the operator out for: its source alone has to wait.
    failedLinks: new FailedAttempts({ ...attemptRules, limit: 0 }, clock),
    wrongPasswords: gateway.services.wrongPasswords,
    failedCodes: new FailedAttempts(codeRules, clock),
    gatewayFor,
    catalog: catalogReplies(explorerCatalog(catalog, config.qpsOf)),
    why: askWhy(published, clock),
    figures: askFigures(callHistory),
    publication: askPublication(published),
    settings: askSettings({
      settings: shownSettings(config),
      publicUrl: config.publicUrl,
      versions,
      limits,
      requiresTls: config.requiresTls,
      certificate,
    }),
    observe: (attempt) => log.info(attempt, 'signing in to the console'),
    onError: (error, requestId) => log.error({ err: error, requestId }, 'a request of the console failed'),
  });
}

/** The files as they were built, read once; `undefined` when there are none. */
function readBuilt(): BuiltConsole | undefined {
  const page = join(builtFolder, 'index.html');
  if (!existsSync(page)) return undefined;
  const names = globSync('assets/**', { cwd: builtFolder }).filter((name) => extname(name) in types);
  return {
    page: readFileSync(page, 'utf8'),
    files: new Map(names.map((name) => [name.replaceAll('\\', '/'), readFile(join(builtFolder, name))])),
  };
}

function readFile(path: string): ConsoleFile {
  const body = readFileSync(path);
  const compressed = (ending: string) => (existsSync(path + ending) ? readFileSync(path + ending) : undefined);
  const [gzip, br] = [compressed('.gz'), compressed('.br')];
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    etag: `"${sha256Hex(body).slice(0, 32)}"`,
    // Vite puts the hash of the content into every name in this folder.
    isImmutable: true,
    body,
    ...(gzip && { gzip }),
    ...(br && { br }),
  };
}
