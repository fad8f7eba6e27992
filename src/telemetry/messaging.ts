import type { PublishedCalls, RunningCall } from '../tasks/index.js';

/*
 * Names of OpenTelemetry's semantic conventions for messaging: https://opentelemetry.io/docs/specs/semconv/messaging/
 * What they have no name for is under `celeriac.`.
 */

type Attributes = Record<string, string | number>;

const operation = (
  name: 'send' | 'process',
  { task, queue }: { task: string; queue: string },
): Attributes => ({
  'messaging.system': 'bullmq',
  'messaging.destination.name': queue,
  'messaging.operation.name': name,
  'messaging.operation.type': name,
  'celeriac.task': task,
});

export const sendAttributes = (calls: PublishedCalls): Attributes => ({
  ...operation('send', calls),
  ...(calls.count > 1 && { 'messaging.batch.message_count': calls.count }),
});

export const processAttributes = (call: RunningCall): Attributes => ({
  ...operation('process', call),
  'messaging.message.id': call.id,
  'messaging.message.body.size': call.size,
  'celeriac.attempt': call.retries + 1,
});

/** Of metrics: what there are few values of. @param error its class */
export const metricAttributes = (
  name: 'send' | 'process',
  calls: { task: string; queue: string },
  error: string | undefined,
): Attributes => ({ ...operation(name, calls), ...(error !== undefined && { 'error.type': error }) });
