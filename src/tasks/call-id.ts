import { randomUUID } from 'node:crypto';
import { InvalidTaskIdError } from './errors/enqueue.errors.js';

/*
 * A call's id carries its queue: "images.0f3c…". A handle made from an id kept elsewhere needs nothing more.
 * Queue names hold no dot, so the first one separates.
 */

const KEY = /^[A-Za-z0-9._-]{1,200}$/;

/** An id for a new call; with a caller's own `taskId`, the id that belongs to it. @throws {@link InvalidTaskIdError} */
export function callId(queue: string, taskId?: string): string {
  if (taskId === undefined) return `${queue}.${randomUUID()}`;
  const key = taskId.startsWith(`${queue}.`) ? taskId.slice(queue.length + 1) : taskId;
  if (!KEY.test(key)) throw new InvalidTaskIdError(taskId);
  return `${queue}.${key}`;
}

/** The queue an id belongs to. @throws {@link InvalidTaskIdError} */
export function queueOfId(id: string): string {
  const dot = id.indexOf('.');
  if (dot < 1 || !KEY.test(id.slice(dot + 1))) throw new InvalidTaskIdError(id);
  return id.slice(0, dot);
}
