// Runs `npm test` on another major version of Node: node test/on-node.mjs 24
// The npm packages node-<platform>-<arch> are plain Node binaries.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const [major, ...rest] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '')) {
  process.stderr.write('Which version of Node? For example: node test/on-node.mjs 24\n');
  process.exit(2);
}
const platform = process.platform === 'win32' ? 'win' : process.platform;
const name = `node-${platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), 'celeriac-node-'));
const run = (command, args, env) =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;

try {
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${major}`];
  const bin = join(folder, 'node_modules', name, 'bin');
  process.exitCode =
    run('npm', install) ||
    run(join(bin, 'node'), ['test/run.mjs', ...rest], {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
    });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
