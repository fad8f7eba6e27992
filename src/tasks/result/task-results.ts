import { Injectable } from '@nestjs/common';
import { CallRevoker } from './call-revoker.js';
import { ResultReader } from './result-reader.js';
import { TaskResult } from './task-result.js';

/** Makes the handles of calls. */
@Injectable()
export class TaskResults {
  constructor(
    private readonly reader: ResultReader,
    private readonly revoker: CallRevoker,
  ) {}

  /** @param duplicate it is an earlier call's, and nothing was added */
  of<R>(id: string, duplicate = false): TaskResult<R> {
    return new TaskResult<R>(id, duplicate, this.reader, this.revoker);
  }
}
