import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './round/index.js';

const MAIN = fileURLToPath(new URL('./round/main.js', import.meta.url));
/** Nothing asked of a station takes a tenth of it, even on a busy machine. */
const PATIENCE = 120_000;

/** A process that works as its order says, when it is told to. */
export class StationProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(order: Order): Promise<StationProcess> {
    const station = new StationProcess(fork(MAIN, [JSON.stringify(order)]));
    await station.answer();
    return station;
  }

  perform(): Promise<unknown> {
    const answer = this.answer();
    this.child.send('perform');
    return answer;
  }

  /** @throws if a call was lost, or ran twice */
  async finish(): Promise<void> {
    const exited = once(this.child, 'exit', { signal: AbortSignal.timeout(PATIENCE) });
    this.child.send('finish');
    const [code] = (await exited) as [number | null];
    if (code !== 0) throw new Error(`A process of the benchmark ended with code ${code}; it says why above`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async answer(): Promise<unknown> {
    const answered = new AbortController();
    const signal = AbortSignal.any([answered.signal, AbortSignal.timeout(PATIENCE)]);
    const gone = once(this.child, 'exit', { signal }).then(([code]) => {
      throw new Error(`A process of the benchmark ended with code ${code} at work; it says why above`);
    });
    try {
      const [message] = (await Promise.race([once(this.child, 'message', { signal }), gone])) as [unknown];
      return message;
    } finally {
      answered.abort();
    }
  }
}
