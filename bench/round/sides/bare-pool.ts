import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./bare-child.js', import.meta.url));

/** The least a pool of child processes can be: one per slot of the worker, a message there and one back. */
export class BarePool {
  private readonly idle: ChildProcess[];

  constructor(size: number) {
    this.idle = Array.from({ length: size }, () => fork(CHILD));
  }

  run(call: number): Promise<void> {
    const child = this.idle.pop();
    if (!child) throw new Error('There are more calls than children');
    return new Promise((resolve) => {
      child.once('message', () => {
        this.idle.push(child);
        resolve();
      });
      child.send({ call });
    });
  }

  close(): void {
    for (const child of this.idle) child.kill();
  }
}
