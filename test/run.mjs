// Everything `npm test` checks, in order, ending with one line "N passed, N failed".
// Plain JavaScript, for it runs before anything is built.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

const REPORT = 'dist/test-report.json';
let passed = 0;
let failed = 0;

/** Runs a command; it counts as one check. */
function check(name, command, args) {
  process.stdout.write(`\n── ${name}\n`);
  const began = Date.now();
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const ok = !error && status === 0;
  process.stdout.write(
    `── ${name}: ${ok ? 'passed' : `FAILED${error ? ` (${error.message})` : ''}`} in ${seconds} s\n`,
  );
  if (ok) passed++;
  else failed++;
  return ok;
}

const npx = (name, ...args) => check(name, 'npx', ['--no-install', ...args]);

/** Tests need a real Redis: REDIS_URL, or a redis-server on PATH, or on Debian as root one that we install. */
function provideRedis() {
  if (process.env.REDIS_URL) return true;
  const found = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  if (found()) return true;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'redis-server'], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (found()) return true;
  }
  process.stderr.write(
    'The tests need a real Redis. Install one (apt-get install redis-server; brew install redis), ' +
      'or point REDIS_URL at a server whose data may be lost.\n',
  );
  return false;
}

function runTests() {
  rmSync(REPORT, { force: true });
  process.stdout.write('\n── tests\n');
  const run = spawnSync(
    'npx',
    [
      '--no-install',
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${REPORT}`,
      ...process.argv.slice(2),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (!existsSync(REPORT)) {
    failed++;
    return;
  }
  const report = JSON.parse(readFileSync(REPORT, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A suite that could not be loaded has no tests to count, and a skipped test proves nothing.
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) process.stderr.write(`${skipped} tests were skipped; a skipped test counts as failed\n`);
  failed += skipped;
  if (run.status !== 0 && report.numFailedTests === 0) failed++;
}

if (provideRedis()) {
  rmSync('dist', { recursive: true, force: true });
  if (npx('build and types', 'tsc', '-p', 'tsconfig.json')) {
    npx('format', 'prettier', '--check', '.');
    npx('lint', 'oxlint', '--type-aware', '--deny-warnings');
    npx('layering', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src');
    npx('unused code and dependencies', 'knip');
    check('migration drift', process.execPath, ['dist/test/support/migration-drift.js']);
    runTests();
  }
} else {
  failed++;
}

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
