// All benchmarks one after the other, each in a process of its own, so that none has to do with what another left in memory;
// and their rows as a table for people.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Row } from './figures.ts';

export interface Measured {
  readonly bench: string;
  readonly seconds: number;
  readonly rows: readonly Row[];
  /** Why there are no rows. */
  readonly error?: string;
}

interface Suite {
  readonly at: string;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly memoryGiB: number;
    readonly kernel: string;
    readonly node: string;
    /** Of the last minute, before and after: what else the machine had to do. */
    readonly load: readonly number[];
  };
  readonly options: readonly string[];
  readonly measured: readonly Measured[];
}

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

export async function runAll(names: readonly string[], options: readonly string[]): Promise<Suite> {
  const before = loadavg()[0] ?? Number.NaN;
  const measured: Measured[] = [];
  for (const name of names) {
    process.stderr.write(`${name} (${measured.length + 1} of ${names.length}) … `);
    const result = await runOne(name, options);
    process.stderr.write(`${result.error ?? `${result.rows.length} figures`}, ${result.seconds} s\n`);
    measured.push(result);
  }
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    load: [before, loadavg()[0] ?? Number.NaN].map((load) => Math.round(load * 10) / 10),
  };
  return { at: new Date().toISOString(), machine, options, measured };
}

async function runOne(bench: string, options: readonly string[]): Promise<Measured> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--expose-gc', main, bench, '--json', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, complaint] = ['', ''];
  child.stdout.on('data', (part) => (output += part));
  child.stderr.on('data', (part) => (complaint += part));
  const status = await new Promise((resolve) => child.once('close', resolve));
  const seconds = Math.round((performance.now() - began) / 1000);
  // What it measures with may have said something as well; the rows are the line that is theirs.
  const line = output.split('\n').find((each) => each.startsWith('{"bench":'));
  if (status === 0 && line !== undefined) return { bench, seconds, rows: (JSON.parse(line) as Measured).rows };
  return { bench, seconds, rows: [], error: complaint.trim().split('\n').at(-1) || `ended with ${status}` };
}

export function keep(suite: Suite, file: string): void {
  writeFileSync(file, `${JSON.stringify(suite, undefined, 2)}\n`);
}

/** It cannot be read, or is none that `keep` wrote. */
export class SuiteFileProblem extends Error {
  override readonly name = 'SuiteFileProblem';
}

/**
 * Markdown.
 * @throws {SuiteFileProblem}
 */
export function tableOf(file: string): string {
  const { at, machine, measured } = readSuite(file);
  const { processor, processors, memoryGiB, kernel, node, load } = machine;
  const rows = measured.flatMap(({ bench, rows, error }) =>
    error === undefined
      ? rows.map((row) => [bench, row.what.trim(), row.figure, row.ratio ?? '', row.goal ?? '', metOf(row)])
      : [[bench, error, '', '', '', '']],
  );
  return [
    `${processor}, ${processors} processors, ${memoryGiB} GiB, ${kernel}, Node.js ${node}, ${at.slice(0, 10)}; load ${load.join(' and ')}`,
    '',
    '| Benchmark | What | Figure | Of its baseline | Goal | Reached |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

function readSuite(file: string): Suite {
  try {
    const suite = JSON.parse(readFileSync(file, 'utf8')) as Partial<Suite> | null;
    if (suite?.measured && suite.machine && suite.at) return suite as Suite;
  } catch (problem) {
    throw new SuiteFileProblem(`${file} cannot be read: ${(problem as Error).message}`);
  }
  throw new SuiteFileProblem(`${file} is not what \`npm run bench -- all --out FILE\` keeps.`);
}

function metOf({ met }: Row): string {
  return met === undefined ? '' : met ? 'yes' : 'no';
}
