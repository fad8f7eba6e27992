import { InjectQueue } from '@nestjs/bullmq';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Queue } from 'bullmq';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { TaskWorker } from '../index.js';
import { APP_CONFIG, type AppConfig } from './config/app-config.js';
import { Answers, AnswersProblems } from './openapi/answers.js';
import { plainProblem } from './problems/problem.js';
import { ProblemException } from './problems/problem.exception.js';

const fine = z.object({ status: z.literal('ok') }).meta({ id: 'Fine' });
type Fine = z.infer<typeof fine>;

const PATIENCE_MS = 2_000;

/** For orchestrators; open to everybody, so it tells nothing else. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: DataSource,
    @InjectQueue('email') private readonly queue: Queue,
    private readonly worker: TaskWorker,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers', security: [] })
  @Answers(200, 'It does', fine)
  live(): Fine {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether it can do its work', security: [] })
  @Answers(200, 'Database and broker answer, and the worker takes work, if there is one', fine)
  @AnswersProblems(503)
  async ready(): Promise<Fine> {
    await within(this.database.query('SELECT 1'), 'The database does not answer.');
    await within(this.queue.getJobCounts('active'), 'The broker does not answer.');
    if (this.config.role === 'all' && !this.worker.consuming) throw unready('The worker takes no work.');
    return { status: 'ok' };
  }
}

async function within(answer: Promise<unknown>, detail: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unready(detail)), PATIENCE_MS);
  });
  try {
    await Promise.race([answer, timeout]);
  } catch {
    throw unready(detail);
  } finally {
    clearTimeout(timer);
  }
}

function unready(detail: string): ProblemException {
  return new ProblemException(plainProblem(503, detail));
}
