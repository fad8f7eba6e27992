#!/usr/bin/env node
import { runCli } from './run-cli.js';

// A terminal or a pipe that is gone must not end the supervisor.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.exit(await runCli(process.argv.slice(2)));
