// `certitude crl …`: shows the CRLs that are published, and asks the running service for new ones.

import type { Command } from 'commander';
import { loadConfig } from '../app/config.ts';
import { operatorActor } from '../app/initialise.ts';
import { formatUtc, systemClock, toSeconds } from '../base/time.ts';
import { SqliteStore } from '../drivers/sqlite/store.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { formatName } from '../pki/name.ts';
import { partsOf } from '../pki/name-parts.ts';
import { crlAddress } from '../registry/crl-scopes.ts';
import type { AuthorityRecord, Identifier } from '../registry/model.ts';
import type { Environment } from './connection.ts';
import { exitStatus } from './exit-status.ts';
import { UsageError } from './failure.ts';
import { printJson, printLine, printNote, printTable } from './terminal.ts';

const crlHelp = `
A CA has one complete list, a delta to it from its second publication on, and with CrlPartitions that many partitions.
The service publishes them daily and shortly after a revocation (CERTITUDE_CRL_DELAY); a list that fails its checks is
not published, and the one before stays. /readyz and the log then say why.

Examples:
  certitude crl list
  certitude crl publish
  certitude crl publish 1a83bcbb89e562885e40aa0108f50001 --wait 60
  curl -s "$(certitude crl list --json | jq -r '.[0].address')" | openssl crl -inform DER -noout -text`;

const defaultWaitSeconds = 15;
const pollMillis = 100;

export function addCrlCommand(program: Command, environment: Environment): void {
  const crl = program
    .command('crl')
    .summary('the CRLs: show them, ask for new ones')
    .description('The certificate revocation lists of the CAs whose keys are here. Works beside a running service.')
    .addHelpText('after', crlHelp);

  crl
    .command('list')
    .summary('show the lists that are published')
    .description('Shows the lists that are published, with number, times, size and address.')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', '\nExit status: 0 if every CA in force has lists that have not ended, else 75.')
    .action(({ json }: { json?: boolean }) => list(environment, json === true));

  crl
    .command('publish')
    .summary('have new lists published now')
    .description('Asks the running service for new lists of these CAs, and waits until they are published.')
    .argument('[identifiers...]', 'identifiers of the CAs; all that are in force when left out')
    .option('--wait <seconds>', 'how long to wait for them; 0 not at all', String(defaultWaitSeconds))
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      `
The request is an entry in the journal. Where no service runs, the next start carries it out.

Exit status: 0 when they are published (or, with --wait 0, asked for); 75 when they are not within that time.`,
    )
    .action((identifiers: string[], options: { wait: string; json?: boolean }) =>
      publish(environment, identifiers, options),
    );
}

interface Authority {
  readonly record: AuthorityRecord;
  readonly name: string;
  readonly hasEnded: boolean;
}

async function list(environment: Environment, json: boolean): Promise<void> {
  const { publicUrl } = loadConfig(environment);
  await inStore(environment, async (store) => {
    const authorities = await authoritiesOf(store);
    const lists = await store.publications.publishedLists();
    const now = toSeconds(systemClock.now());
    const isCurrent = ({ record, hasEnded }: Authority): boolean => {
      const own = lists.filter(({ authority }) => authority === record.identifier);
      return hasEnded || (own.length > 0 && own.every(({ nextUpdate }) => nextUpdate > now));
    };
    const missing = authorities.filter((authority) => !isCurrent(authority));
    const shown = lists.map(({ scope, ...each }) => ({
      ...each,
      name: authorities.find(({ record }) => record.identifier === each.authority)?.name ?? '',
      address: crlAddress(publicUrl, each.authority, scope),
    }));
    if (json) printJson(shown);
    else {
      printTable(
        ['CA', 'number', 'thisUpdate', 'nextUpdate', 'octets', 'under /crl/'],
        shown.map(({ name, number, thisUpdate, nextUpdate, octets, address }) => [
          name,
          String(number),
          formatUtc(thisUpdate),
          formatUtc(nextUpdate),
          String(octets),
          address.slice(address.lastIndexOf('/') + 1),
        ]),
      );
    }
    for (const { name, record } of missing) {
      printNote(`certitude: ${name} (${record.identifier}) has no list that is in force; is the service running?`);
    }
    if (missing.length > 0) process.exitCode = exitStatus.notYet;
  });
}

async function publish(
  environment: Environment,
  identifiers: readonly string[],
  { wait, json }: { readonly wait: string; readonly json?: boolean },
): Promise<void> {
  if (!/^\d{1,5}$/.test(wait)) throw new UsageError('--wait must be a whole number of seconds.');
  await inStore(environment, async (store) => {
    const chosen = choose(await authoritiesOf(store), identifiers);
    const requests = new Map<Identifier, number>();
    for (const { record } of chosen) {
      const { account, identifier, issuer, serialNumber } = record;
      const event = { kind: 'certificate-crl-requested', identifier, issuer, serialNumber } as const;
      const { sequence } = await store.append({ at: systemClock.now(), account, actor: operatorActor(), event });
      requests.set(identifier, sequence);
    }
    const deadline = systemClock.monotonic() + Number(wait) * 1000;
    let lists = await store.publications.publishedLists();
    // Of those begun after the request, and not of one that was under way.
    const published = ({ record: { identifier } }: Authority): number | undefined =>
      lists.find(({ authority, sequence }) => authority === identifier && sequence >= (requests.get(identifier) ?? 0))
        ?.number;
    while (systemClock.monotonic() < deadline && !chosen.every(published)) {
      await new Promise((resolve) => setTimeout(resolve, pollMillis));
      lists = await store.publications.publishedLists();
    }
    const outcome = chosen.map((authority) => {
      const number = published(authority);
      const { name, record } = authority;
      return { authority: record.identifier, name, published: number !== undefined, ...(number && { number }) };
    });
    if (json) printJson(outcome);
    else for (const each of outcome) printLine(sentence(each));
    if (wait === '0' || outcome.every(({ published }) => published)) return;
    process.exitCode = exitStatus.notYet;
    printNote(
      `certitude: not everything was published within ${wait} s. If no service runs on this folder, its next start does it; if one does, its log and /readyz say what is wrong.`,
    );
  });
}

function sentence({ authority, name, number }: { authority: string; name: string; number?: number }): string {
  return `${name} (${authority}): ${number === undefined ? 'asked for' : `number ${number} is published`}.`;
}

function choose(authorities: readonly Authority[], identifiers: readonly string[]): readonly Authority[] {
  if (identifiers.length === 0) return authorities.filter(({ hasEnded }) => !hasEnded);
  return [...new Set(identifiers)].map((identifier) => {
    const found = authorities.find(({ record }) => record.identifier === identifier);
    if (!found)
      throw new UsageError(`There is no CA ${identifier} whose key is here; \`certitude crl list\` shows them.`);
    if (found.hasEnded) throw new UsageError(`The CA ${identifier} has ended; nobody has any use for its CRLs.`);
    return found;
  });
}

/** Those whose keys are here. */
async function authoritiesOf(store: SqliteStore): Promise<readonly Authority[]> {
  const now = toSeconds(systemClock.now());
  return (await store.signers())
    .filter(({ kind }) => kind !== 'external')
    .map((record) => {
      const { subject, notAfter } = parseCertificate(record.der);
      return { record, name: partsOf(subject).commonName ?? formatName(subject), hasEnded: notAfter < now };
    });
}

async function inStore(environment: Environment, work: (store: SqliteStore) => Promise<void>): Promise<void> {
  const { dataDir } = loadConfig(environment);
  const store = await SqliteStore.open({ dataDir, mode: 'existing', verify: 'since-checkpoint' });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
