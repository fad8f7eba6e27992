// Breaks the compiled code in one place after another, and expects the tests to notice each time.
// Plain JavaScript, on a copy of dist/, so that it may run beside everything else.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { MUTANTS } from './mutants.mjs';

const COPY = 'dist-mutants';
const SEED = process.env.CELERIAC_SEED ?? '1';
const only = process.argv[2] ? new RegExp(process.argv[2]) : /./;

/** Runs a part of the tests on the copy. */
function isGreen({ suite, cases, victims = '.' }) {
  const args = [
    'vitest',
    'run',
    '--config',
    'test/mutants/vitest.config.mjs',
    suite,
    ...(cases ? ['-t', cases] : []),
  ];
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CELERIAC_CRASHES: victims, CELERIAC_SEED: SEED, CELERIAC_LONG: '' },
  });
  const output = stripVTControlCharacters(stdout + stderr);
  return { green: status === 0, ran: /Tests .*(passed|failed)/.test(output), output };
}

/** All that mutants are to fail of one suite. */
function partOf(suite, mutants) {
  const own = mutants.filter((mutant) => mutant.suite === suite);
  const anyOf = (of) => (own.some((mutant) => !of(mutant)) ? undefined : [...new Set(own.map(of))].join('|'));
  return { suite, cases: anyOf(({ cases }) => cases), victims: anyOf(({ victims }) => victims) };
}

function mutate({ title, file, from, to }) {
  const path = `${COPY}/src/${file}`;
  const original = readFileSync(path, 'utf8');
  const found = original.match(new RegExp(from.source, 'g'))?.length ?? 0;
  if (found !== 1) throw new Error(`"${title}": ${from} fits ${found} times in ${path}`);
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  return () => writeFileSync(path, original);
}

/** What the tests said against it first. */
const complaint = (output) =>
  output.match(/^[+ ]*"?(.+ instead of [^\n]+?)"?,?$/m)?.[1] ?? output.match(/^ FAIL +(.+)$/m)?.[1];

const report = (verdict, title, began, because) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  process.stdout.write(`${verdict.padEnd(10)}${`${seconds} s`.padStart(6)}   ${title}\n`);
  if (because) process.stdout.write(`${' '.repeat(19)}${because}\n`);
};

let survivors = 0;
rmSync(COPY, { recursive: true, force: true });
try {
  cpSync('dist', COPY, { recursive: true });
  const mutants = MUTANTS.filter(({ title }) => only.test(title));
  for (const suite of new Set(mutants.map((mutant) => mutant.suite))) {
    const began = performance.now();
    const { green, output } = isGreen(partOf(suite, mutants));
    report(green ? 'green' : 'RED', `unchanged: ${suite}`, began);
    if (!green) throw new Error(`Without a mutant the tests must be green:\n${output}`);
  }
  for (const mutant of mutants) {
    const undo = mutate(mutant);
    const began = performance.now();
    const { green, ran, output } = isGreen(mutant);
    undo();
    if (!ran) throw new Error(`"${mutant.title}": the suite did not run:\n${output}`);
    report(green ? 'SURVIVED' : 'killed', mutant.title, began, complaint(output));
    if (green) survivors++;
  }
  process.stdout.write(`\n${mutants.length - survivors} mutants killed, ${survivors} survived\n`);
} finally {
  rmSync(COPY, { recursive: true, force: true });
}
process.exitCode = survivors === 0 ? 0 : 1;
