// `certitude quota …`: how many certificates a CA may issue in all. Works in the store itself; a running service follows at once.

import type { Command } from 'commander';
import { operatorActor } from '../app/initialise.ts';
import type { AccountId } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { systemClock } from '../base/time.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { formatName } from '../pki/name.ts';
import { identifierOfInstance } from '../protocols/rpc/operations/cas/authority-view.ts';
import type { AuthorityRecord } from '../registry/model.ts';
import { assignQuota } from '../registry/quota.ts';
import type { CertificateStore } from '../registry/store.ts';
import type { Environment } from './connection.ts';
import { UsageError } from './failure.ts';
import { inAccount, report, type StoreOptions, show, storeCommand } from './in-store.ts';
import { addQuotaCallsCommand } from './quota-calls.ts';

export function addQuotaCommand(program: Command, environment: Environment): void {
  const quota = program
    .command('quota')
    .summary('how many certificates a CA may issue; how often an account may call')
    .description(
      'How many certificates a CA may issue in all, revoked and deleted ones included, without limit unless set; and, under calls, how often an account may call. Works beside a running service.',
    );
  addQuotaCallsCommand(quota, environment);

  storeCommand(quota, 'show [ca]', 'show the limits of all CAs, or of one by its identifier or instance id').action(
    (ca: string | undefined, options: StoreOptions) =>
      inAccount(environment, options, async ({ opened: { store }, account }) => {
        const authorities = ca === undefined ? await all(account, store) : [await one(account, ca, store)];
        show(options, authorities.map(quotaOf), ['CA', 'subject', 'issued', 'limit', 'left'], (row) => [
          row.identifier,
          row.subject,
          String(row.issued),
          row.limit === null ? 'none' : String(row.limit),
          row.left === null ? '' : String(row.left),
        ]);
      }),
  );

  storeCommand(quota, 'set <ca> [total]', 'limit a CA to so many certificates in all, or lift its limit')
    .option('--unlimited', 'lift the limit')
    .action((ca: string, total: string | undefined, options: StoreOptions & { readonly unlimited?: boolean }) => {
      const wanted = parseTotal(total, options.unlimited === true);
      return inAccount(environment, options, async ({ opened: { store }, account }) => {
        const command = { account, actor: operatorActor(), authority: identifierOfInstance(ca), total: wanted };
        const assigned = quotaOf(await assignQuota(command, { store, clock: systemClock }));
        const { identifier, issued, left } = assigned;
        report(
          options,
          assigned,
          wanted === null
            ? `The CA ${identifier} may issue without limit.`
            : `The CA ${identifier} may issue ${wanted} certificates in all: it has issued ${issued}, ${left} are left.`,
        );
      });
    });
}

/** As AssignCertificateCount takes it. */
const mostCertificates = 2_147_483_646;

function parseTotal(total: string | undefined, unlimited: boolean): number | null {
  if (unlimited === (total !== undefined)) throw new UsageError('Give a number of certificates, or --unlimited.');
  if (total === undefined) return null;
  const wanted = Number(total);
  if (!/^\d+$/.test(total) || wanted > mostCertificates) {
    throw new UsageError(`The number of certificates must be a whole number from 0 to ${mostCertificates}.`);
  }
  return wanted;
}

/** An account has a few CAs. */
const authoritiesAtOnce = 500;

async function all(account: AccountId, store: CertificateStore): Promise<AuthorityRecord[]> {
  const found: AuthorityRecord[] = [];
  for (let belowId = Number.MAX_SAFE_INTEGER; ; ) {
    const { page, more } = await store.listAuthorities({ account, start: { belowId }, limit: authoritiesAtOnce });
    found.push(...page);
    const last = page.at(-1);
    if (!more || !last) return found;
    belowId = last.id;
  }
}

async function one(account: AccountId, ca: string, store: CertificateStore): Promise<AuthorityRecord> {
  const identifier = identifierOfInstance(ca);
  const found = await store.authority(account, identifier);
  if (!found) throw new Refused({ kind: 'authority-not-found', identifier });
  return found;
}

function quotaOf({ identifier, der, issuedCount: issued, quota }: AuthorityRecord) {
  const limit = quota ?? null;
  const left = limit === null ? null : Math.max(0, limit - issued);
  return { identifier, subject: formatName(parseCertificate(der).subject), issued, limit, left };
}
