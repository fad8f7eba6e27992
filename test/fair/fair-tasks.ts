import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { InjectTasks, Task, type TaskClient, Tasks } from '../../src/index.js';

/** The tenants of the calls that began, in order. */
export class Starts {
  readonly order: string[] = [];
  private readonly emitter = new EventEmitter();

  add(tenant: string): void {
    this.order.push(tenant);
    this.emitter.emit('start');
  }

  of(tenant: string): number {
    return this.order.filter((each) => each === tenant).length;
  }

  async reach(condition: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(20_000);
    while (!condition()) await once(this.emitter, 'start', { signal });
  }
}

@Tasks({ queue: 'shared' })
@Injectable()
export class FairTasks {
  constructor(private readonly starts: Starts) {}

  @Task({ name: 'turn', fairBy: ([tenant]) => tenant as string })
  async turn(tenant: string): Promise<void> {
    this.starts.add(tenant);
  }

  @Task({ name: 'nobodys' })
  async nobodys(): Promise<void> {
    this.starts.add('nobody');
  }
}

@Injectable()
export class FairCallers {
  constructor(@InjectTasks(FairTasks) readonly tasks: TaskClient<FairTasks>) {}
}
