import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { InjectTasks, Task, type TaskClient, TaskContext } from '../../../src/index.js';

/** What a case's task does, beside the case. */
export type Script = (run: ScriptRun) => Promise<unknown>;

export interface ScriptRun {
  readonly task: TaskContext;
  readonly db: DataSource;
  /** Writes the case's effect, to be counted. */
  readonly effect: (transaction: EntityManager) => Promise<void>;
}

/** Scripts by the key that is the task's argument; kept outside the system under test. */
export class Scripts {
  readonly runs: string[] = [];
  private readonly scripts = new Map<string, Script>();

  set(key: string, script: Script): void {
    this.scripts.set(key, script);
  }

  run(key: string, run: ScriptRun): Promise<unknown> {
    this.runs.push(key);
    return this.scripts.get(key)?.(run) ?? Promise.resolve();
  }
}

@Injectable()
export class ScriptedTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly scripts: Scripts,
    private readonly db: DataSource,
  ) {}

  @Task({ name: 'scripted', maxRetries: 2, retryBackoff: '10ms', softTimeLimit: null, timeLimit: null })
  async scripted(key: string): Promise<unknown> {
    const effect = async (transaction: EntityManager) => {
      await transaction.query('INSERT INTO effect VALUES ($1)', [key]);
    };
    return this.scripts.run(key, { task: this.task, db: this.db, effect });
  }
}

@Injectable()
export class ScriptCallers {
  constructor(@InjectTasks(ScriptedTasks) readonly tasks: TaskClient<ScriptedTasks>) {}
}
