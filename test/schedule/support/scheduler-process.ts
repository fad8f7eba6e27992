import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.js';
import { environment, type Settings } from './settings.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/scheduler.js', import.meta.url));
const WRONG_CLOCK = fileURLToPath(new URL('../../faults/fixtures/wrong-clock.js', import.meta.url));

/** A process that fires schedules, seen from its parent. */
export class SchedulerProcess {
  readonly exited: Promise<unknown>;
  private isReady = false;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', () => (this.isReady = true));
    this.exited = once(child, 'exit');
  }

  /** @param clock milliseconds by which its clock is ahead */
  static start(settings: Settings, clock = 0): SchedulerProcess {
    const child = fork(FIXTURE, {
      execArgv: ['--import', WRONG_CLOCK],
      env: { ...environment(settings), WRONG_CLOCK: String(clock) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new SchedulerProcess(child);
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async ready(): Promise<this> {
    await until(
      () => this.isReady,
      40_000,
      () => 'the scheduler process is ready',
    );
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.ended) this.child.kill(signal);
    // One that is stopped does not hear anything else.
    this.child.kill('SIGCONT');
    await this.exited;
  }
}
