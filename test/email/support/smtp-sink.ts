import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);
/** Unpacked once for a machine. */
const UNPACKED = join(tmpdir(), 'celeriac-postfix');

/** A message that arrived whole, by the server's own file. */
export interface Dump {
  readonly messageId: string;
  readonly date: string;
  readonly recipients: readonly string[];
}

/** Postfix's smtp-sink: an SMTP server that is not ours, and writes down what it has received completely. */
export class SmtpSink {
  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
    private readonly directory: string,
  ) {}

  /** @returns undefined, and says so, where it cannot be had */
  static async start({ dump = true } = {}): Promise<SmtpSink | undefined> {
    const program = await obtain().catch((error: unknown) => {
      process.stderr.write(
        `No smtp-sink here (${String(error).split('\n')[0]}): a server of ours stands in for it.\n`,
      );
      return undefined;
    });
    if (!program) return undefined;
    const directory = mkdtempSync(join(tmpdir(), 'celeriac-sink-'));
    chmodSync(directory, 0o777);
    const port = await freePort();
    const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const dumping = dump ? ['-d', join(directory, 'mail.')] : [];
    const child = spawn(program.path, [...asRoot, ...dumping, `127.0.0.1:${port}`, '1000'], {
      env: { ...process.env, LD_LIBRARY_PATH: program.libraries },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const sink = new SmtpSink(child, port, directory);
    await until(() => answers(port));
    return sink;
  }

  /** Every message it has received to its end. */
  dumps(): Dump[] {
    return readdirSync(this.directory).map((file) => {
      const text = readFileSync(join(this.directory, file), 'utf8');
      const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(text)?.[1]?.trim() ?? '';
      const recipients = [...text.matchAll(/^X-Rcpt-Args: <([^>]*)>/gm)].map((match) => match[1] ?? '');
      return { messageId: header('Message-ID'), date: header('Date'), recipients };
    });
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exited = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

interface Program {
  readonly path: string;
  readonly libraries: string;
}

/** The machine's, or that of Debian's package, unpacked without installing a mail server. */
async function obtain(): Promise<Program> {
  const installed = '/usr/sbin/smtp-sink';
  if (existsSync(installed)) return { path: installed, libraries: '/usr/lib/postfix' };
  const program = { path: join(UNPACKED, installed), libraries: join(UNPACKED, 'usr/lib/postfix') };
  if (existsSync(program.path)) return program;
  const directory = mkdtempSync(join(tmpdir(), 'celeriac-postfix-'));
  // apt fetches as a user of its own.
  chmodSync(directory, 0o777);
  try {
    await run('apt-get', ['download', 'postfix'], { cwd: directory, timeout: 60_000 });
    const [file] = readdirSync(directory);
    await run('dpkg-deb', ['-x', file ?? '', 'x'], { cwd: directory });
    mkdirSync(UNPACKED, { recursive: true });
    // Another suite may have been faster: what it put there is the same.
    if (!existsSync(program.path)) renameSync(join(directory, 'x', 'usr'), join(UNPACKED, 'usr'));
  } catch (error) {
    if (!existsSync(program.path)) throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return program;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    return greeting.toString().startsWith('220');
  } finally {
    socket.destroy();
  }
}
