// `certitude serve` and `certitude init`: running the service, and preparing a store for it.

import type { Command } from 'commander';
import type { AccessKeyPair } from '../access/administration/access-keys.ts';
import { type Config, loadConfig, settings } from '../app/config.ts';
import { linkAddress, linkMinutes, makeLinkToken } from '../app/console-link.ts';
import { keepMemoryOutOfCoreDumps } from '../app/core-dumps.ts';
import { type Demonstration, makeDemonstration } from '../app/demonstration.ts';
import { initialise } from '../app/initialise.ts';
import { createLog } from '../app/log.ts';
import { openStore } from '../app/open-store.ts';
import { type RunningHttps, startServer } from '../app/server.ts';
import type { Setting } from '../app/setting.ts';
import { StoreProblem } from '../drivers/store-problem.ts';
import type { Environment } from './connection.ts';
import { exitStatus } from './exit-status.ts';
import { printJson, printLine } from './terminal.ts';

export function addServeCommand(program: Command, environment: Environment): void {
  program
    .command('serve')
    .summary('run the service')
    .description('Runs the service on the store in the data folder, until it is told to stop (SIGTERM, SIGINT).')
    .option('--quickstart', 'on an empty data folder: make the store, an access key and a demonstration PKI first')
    .addHelpText('after', `\nSettings:\n${settingsHelp()}`)
    .action(({ quickstart }: { quickstart?: boolean }) => serve(loadConfig(environment), quickstart === true));
}

export function addInitCommand(program: Command, environment: Environment): void {
  program
    .command('init')
    .summary('make the store, its account and the first access key')
    .description(
      'Makes a new store in the data folder, with an account and an access key that may do everything in it.',
    )
    .option('--json', 'print JSON for programs')
    .addHelpText('after', '\nThe secret is shown this once. `certitude serve --help` lists the settings.')
    .action(async ({ json }: { json?: boolean }) => {
      const config = loadConfig(environment);
      // One that was cut short is finished here, so the store may be there; one that is in use is left alone.
      const opened = await openStore(config, 'existing-or-create');
      const made = await initialise(opened, config.rootAccessKey).finally(() => opened.store.close());
      if (!made) {
        throw new StoreProblem(
          'exists',
          `There is a store in ${config.dataDir} already, and nothing was changed. Start it with \`certitude serve\`.`,
        );
      }
      if (json) {
        printJson({ account: made.account, ...made.accessKey, dataDir: config.dataDir });
        return;
      }
      printLine(`A new store is in ${config.dataDir}, for account ${made.account}.\n`);
      printKey(made.accessKey, config.rootAccessKey === undefined);
      printLine('\nNext: certitude serve');
    });
}

async function serve(config: Config, quickstart: boolean): Promise<void> {
  const log = createLog(config.logLevel);
  let demonstration: Demonstration | undefined;
  let linkToken: string | undefined;
  keepMemoryOutOfCoreDumps();
  const running = await startServer(config, log, {
    mode: quickstart ? 'existing-or-create' : 'existing',
    prepare: async (opened, services, url) => {
      if (!quickstart) return;
      const made = await initialise(opened, config.rootAccessKey);
      if (!made) return;
      // At once: if anything fails after this, the next start has no key to show.
      printKey(made.accessKey, config.rootAccessKey === undefined);
      if (url !== 'http://127.0.0.1:8080') printLine(`  export CERTITUDE_ENDPOINT=${url}`);
      printLine('');
      // Where the key came from the environment, nobody is at a terminal to use a link, and what is printed may be kept.
      if (config.rootAccessKey === undefined) {
        const { store } = opened;
        linkToken = await makeLinkToken(made.account, { store, clock: services.clock, random: services.random });
      }
      if (config.demo) demonstration = await makeDemonstration(made.account, config.dataDir, services);
    },
    onFatal: (error) => {
      // Whether the last commit took place is not known. Start-up finds out; going on could contradict it.
      log.fatal({ err: error }, 'the store cannot be used any more; stopping at once');
      log.flushNow();
      process.exit(exitStatus.store);
    },
  });
  printLine(`Certitude answers at ${running.url}`);
  if (running.https) printHttps(running.https);
  const console = `${config.plainHttp === 'all' ? running.url : running.https?.url}/console/`;
  printLine(`The console: ${console}`);
  if (linkToken !== undefined) printLink(linkAddress(console, linkToken));
  if (demonstration) printDemonstration(demonstration, running.url);

  const stop = (): void => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    running.stop().then(
      () => log.flushNow(),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        log.flushNow();
        process.exit(exitStatus.internal);
      },
    );
  };
  const { https } = running;
  // As servers with TLS have it. Without TLS there is nothing to read again, and a terminal that closes ends the service.
  if (https) process.on('SIGHUP', () => void https.reload());
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function printLink(link: string): void {
  printLine(`Open this link to sign in to it without typing the key. It is good once, for ${linkMinutes} minutes; later
\`npx certitude console link\` makes another:
  ${link}`);
}

function printHttps({ url, fingerprint, rootFile }: RunningHttps): void {
  printLine(`and at ${url}, with the certificate ${fingerprint()} (SHA-256)`);
  if (rootFile === undefined) return;
  printLine(`It is one of your own CAs'. Clients trust it with the root certificate in ${rootFile}:
  curl --cacert ${rootFile} …
  export CERTITUDE_CA_FILE=${rootFile}
  export NODE_EXTRA_CA_CERTS=${rootFile}`);
}

function printDemonstration({ issuer, good, revoked, folder }: Demonstration, url: string): void {
  const crl = `${url}/crl/${issuer}.crl`;
  printLine(`
A demonstration PKI is there. Ask how its certificates stand (the last number was never issued):
  npx certitude status ${good} ${revoked} 0123456789abcdef
  npx certitude call DescribeClientCertificateStatusForSerialNumber --SerialNumber ${good},${revoked}
  npx certitude call ListClientCertificate
Let OpenSSL judge the certificates:
  openssl verify -x509_strict -CAfile ${folder}/root.pem -untrusted ${folder}/issuing.pem ${folder}/server.pem ${folder}/client.pem
Ask the OCSP responder, read the CRL, and let OpenSSL fetch the CRL that the certificates name:
  openssl ocsp -url ${url}/ocsp -CAfile ${folder}/root.pem -issuer ${folder}/issuing.pem -cert ${folder}/server.pem -cert ${folder}/client.pem
  curl -s ${crl} | openssl crl -inform DER -CAfile ${folder}/issuing.pem -noout -text
  openssl verify -crl_check -crl_download -CAfile ${folder}/root.pem -untrusted ${folder}/issuing.pem ${folder}/server.pem ${folder}/client.pem
Health and metrics: ${url}/readyz ${url}/metrics`);
}

function printKey({ accessKeyId, accessKeySecret }: AccessKeyPair, showSecret: boolean): void {
  if (!showSecret) {
    printLine(`The access key ${accessKeyId} from the environment may do everything in this account.`);
    return;
  }
  printLine('This access key may do everything in this account. The secret is shown this once:');
  printLine(`  export CERTITUDE_ACCESS_KEY_ID=${accessKeyId}`);
  printLine(`  export CERTITUDE_ACCESS_KEY_SECRET=${accessKeySecret}`);
}

function settingsHelp(): string {
  return settings
    .map((setting: Setting) => {
      const initially = setting.default === '' ? '' : ` (${setting.default})`;
      return `  ${setting.variable}${initially}\n      ${setting.meaning}`;
    })
    .join('\n');
}
