import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { QueueOwnershipError } from '../errors/configuration.errors.js';

/** Where @nestjs/bullmq keeps the queue of a `@Processor`. */
const PROCESSOR = 'bullmq:processor_metadata';

/** Sees to it that @nestjs/bullmq does not work on our queues; on others it may. */
@Injectable()
export class QueueOwnership {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
  ) {}

  /** @throws {@link QueueOwnershipError} */
  check(queues: readonly string[]): void {
    for (const { metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function') continue;
      const processor = Reflect.getMetadata(PROCESSOR, metatype) as { name?: string } | undefined;
      if (processor?.name !== undefined && queues.includes(processor.name)) {
        throw new QueueOwnershipError(processor.name, `the @Processor ${metatype.name}`);
      }
    }
    for (const module of this.modules.values()) {
      if (module.name === 'TasksModule') continue;
      const registered = queues.find((queue) => module.providers.has(`BullQueue_${queue}`));
      if (registered)
        throw new QueueOwnershipError(registered, `BullModule.registerQueue() in ${module.name}`);
    }
  }
}
