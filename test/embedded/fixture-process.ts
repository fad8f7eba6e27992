import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A fixture running in a process of its own. */
export class FixtureProcess {
  private readonly inbox: unknown[] = [];
  private readonly readers: ((message: unknown) => void)[] = [];
  private readonly stderr: string[] = [];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    child.stderr!.on('data', (chunk) => this.stderr.push(String(chunk)));
    child.on('message', (message) => {
      const reader = this.readers.shift();
      if (reader) reader(message);
      else this.inbox.push(message);
    });
  }

  static start(fixture: string, args: string[], user: { uid?: number; gid?: number } = {}): FixtureProcess {
    const path = fileURLToPath(new URL(`./fixtures/${fixture}.js`, import.meta.url));
    return new FixtureProcess(fork(path, args, { ...user, cwd: '/', execArgv: [], silent: true }));
  }

  /** The next message; a process that ends without one has failed. */
  async says<T = unknown>(): Promise<T> {
    if (this.inbox.length > 0) return this.inbox.shift() as T;
    const message = new Promise((resolve) => this.readers.push(resolve));
    const silence = this.ended.then(({ code, signal }) => {
      throw new Error(`the fixture ended (${code ?? signal}) saying: ${this.stderr.join('')}`);
    });
    return (await Promise.race([message, silence])) as T;
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    this.child.send({ query: sql });
    return (await this.says<{ rows: Record<string, unknown>[] }>()).rows;
  }

  async release(): Promise<void> {
    this.child.send({});
    await this.ended;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}
