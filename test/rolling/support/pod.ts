import { Command } from '../../cli/support/command.js';

/** A supervisor with one worker process, that is stopped and started again as an orchestrator does it. */
export class Pod {
  private command: Command;

  constructor(private readonly start: () => Command) {
    this.command = start();
  }

  async ready(): Promise<void> {
    await this.command.ready();
  }

  /** SIGTERM, wait for its exit, start again, wait until it works. */
  async restart(): Promise<void> {
    await this.stop();
    this.command = this.start();
    await this.ready();
  }

  async stop(): Promise<void> {
    const code = await this.command.stop();
    if (code !== 0) throw new Error(`A pod ended with ${code}:\n${this.command.output}`);
  }
}
