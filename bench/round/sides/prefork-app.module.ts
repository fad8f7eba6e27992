import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { TasksModule } from '../../../src/index.js';
import { Ledger } from '../ledger.js';
import type { Place } from '../order.js';
import { NoopTasks } from './noop.tasks.js';

/** Where the environment of child processes says which place is measured. */
const PLACE = 'CELERIAC_BENCH_PLACE';

const { broker, url, namespace } = JSON.parse(process.env[PLACE] ?? '{}') as Place;

/** What child processes boot. What ran is counted by their parent. */
@Module({
  imports: [TasksModule.forRoot({ broker: { type: broker, url }, namespace })],
  providers: [NoopTasks, Ledger],
})
export class AppModule {}
