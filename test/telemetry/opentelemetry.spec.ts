import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import * as Sentry from '@sentry/node';
import { Injectable } from '@nestjs/common';
import { BullMQOtel } from 'bullmq-otel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  Ignore,
  InjectTasks,
  InvalidOptionError,
  PayloadTooLargeError,
  Task,
  type TaskClient,
  TaskContext,
  TasksService,
} from '../../src/index.js';
import { SentryModule } from '../../src/sentry/index.js';
import { TelemetryModule, type TelemetryModuleOptions } from '../../src/telemetry/index.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { RecordingMeter } from './support/recording-meter.js';

class Flaky extends Error {}

@Injectable()
class TracedTasks {
  constructor(private readonly task: TaskContext) {}

  @InjectTasks(TracedTasks) private readonly own!: TaskClient<TracedTasks>;

  @Task({ name: 'flaky', maxRetries: 2, retryBackoff: '1ms', retryJitter: false })
  async flaky(_what: string): Promise<void> {
    trace.getTracer('application').startSpan('work').end();
    if (this.task.retries < 2) throw new Flaky('not now, jane@example.com');
  }

  @Task({ name: 'nests' })
  async nests(): Promise<void> {
    await this.own.ignores.delay();
  }

  @Task({ name: 'ignores' })
  async ignores(): Promise<void> {
    throw new Ignore('nothing to do');
  }
}

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const sentToSentry: string[] = [];

beforeAll(() => {
  provider.register();
  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    tracesSampleRate: 1,
    transport: (options) =>
      Sentry.createTransport(options, async ({ body }) => {
        sentToSentry.push(typeof body === 'string' ? body : new TextDecoder().decode(body));
        return { statusCode: 200 };
      }),
  });
});
afterAll(async () => {
  await Sentry.close(1_000);
  await provider.shutdown();
});

const finished = (name: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name);

describe.each(['redis', 'postgres'] as const)(
  'TelemetryModule with bullmq-otel, and Sentry beside it, on %s',
  (kind) => {
    const broker = brokerOptions({ broker: kind, lying: false });
    const namespace = newNamespace();
    const meter = new RecordingMeter();
    let app: TestApp;

    beforeAll(async () => {
      const telemetry = Object.assign(new BullMQOtel({ tracerName: 'shop' }), { meter });
      app = await bootApp({ broker, namespace, worker: true }, [TracedTasks], undefined, [
        TelemetryModule.forRoot({ telemetry }),
        SentryModule.forRoot(),
      ]);
    });
    afterAll(async () => {
      await app.close();
      await eraseNamespace(broker, namespace);
    });
    beforeEach(() => {
      exporter.reset();
      meter.measured.length = 0;
    });

    it('one trace, from its sender through every attempt, to what the code of each does', async () => {
      const tracer = trace.getTracer('application');
      const id = await tracer.startActiveSpan('request', async (request) => {
        const result = await app.get(TasksService).call('flaky', ['x'], { queue: 'default' });
        request.end();
        await result.get();
        return result.id;
      });
      await until(() => finished('process default').length === 3);
      const [request] = finished('request');
      const [sent] = finished('send default');
      const attempts = finished('process default');
      const traceId = request?.spanContext().traceId;
      const all = [sent, ...attempts, ...finished('work')];
      expect(all).toHaveLength(7);
      for (const span of all) expect(span?.spanContext().traceId).toBe(traceId);
      expect(sent?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
      for (const attempt of attempts)
        expect(attempt.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
      expect(finished('work').map((span) => span.parentSpanContext?.spanId)).toEqual(
        attempts.map((span) => span.spanContext().spanId),
      );

      const shared = {
        'messaging.system': 'bullmq',
        'messaging.destination.name': 'default',
        'celeriac.task': 'flaky',
      };
      expect(sent).toMatchObject({
        kind: SpanKind.PRODUCER,
        attributes: {
          ...shared,
          'messaging.operation.name': 'send',
          'messaging.operation.type': 'send',
          'messaging.message.id': id,
          'messaging.message.body.size': expect.any(Number) as number,
        },
      });
      expect(attempts).toMatchObject(
        [1, 2, 3].map((attempt) => ({
          kind: SpanKind.CONSUMER,
          attributes: {
            ...shared,
            'messaging.operation.name': 'process',
            'messaging.operation.type': 'process',
            'messaging.message.id': id,
            'celeriac.attempt': attempt,
          },
        })),
      );
      expect(attempts.map(({ status }) => status.code)).toEqual([
        SpanStatusCode.ERROR,
        SpanStatusCode.ERROR,
        SpanStatusCode.UNSET,
      ]);
      expect(attempts[0]?.attributes['error.type']).toBe('Flaky');
      expect(attempts[0]?.events[0]?.attributes).toMatchObject({
        'exception.type': 'Flaky',
        'exception.message': 'not now, [address]',
      });
    });

    it('a task that calls another is its sender; one that ends itself has not failed', async () => {
      await (await app.get(TasksService).call('nests', [], { queue: 'default' })).get();
      await until(() => finished('process default').length === 2);
      const of = (task: string) =>
        finished('process default').find(({ attributes }) => attributes['celeriac.task'] === task);
      expect(of('ignores')?.spanContext().traceId).toBe(of('nests')?.spanContext().traceId);
      expect(of('ignores')?.status.code).toBe(SpanStatusCode.UNSET);
    });

    it('counts and measures, by task, queue and class of error', async () => {
      await (await app.get(TasksService).call('flaky', ['x'], { queue: 'default' })).get();
      await until(() => finished('process default').length === 3);
      const of = (name: string) => meter.measured.filter((measured) => measured.name === name);
      expect(of('messaging.client.sent.messages')).toMatchObject([
        { value: 1, attributes: { 'celeriac.task': 'flaky' } },
      ]);
      expect(
        of('messaging.client.consumed.messages').map(({ attributes }) => attributes['error.type']),
      ).toEqual(['Flaky', 'Flaky', undefined]);
      const durations = of('messaging.process.duration');
      expect(durations).toHaveLength(3);
      for (const { value } of durations) expect(value).toBeLessThan(5);
    });

    it('a call of somebody without it, or with nonsense in its header, runs all the same', async () => {
      const result = await app
        .get(TasksService)
        .call('flaky', ['x'], { queue: 'default', headers: { 'celeriac-telemetry': '{nonsense' } });
      await result.get();
      await until(() => finished('process default').length === 3);
    });

    it('a call that cannot be sent has failed where it was to be', async () => {
      const tooMuch = 'x'.repeat(300 * 1_024);
      const sending = app.get(TasksService).call('flaky', [tooMuch], { queue: 'default' });
      await expect(sending).rejects.toThrow(PayloadTooLargeError);
      await until(() => finished('send default').length === 1);
      expect(finished('send default')[0]).toMatchObject({
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'error.type': 'PayloadTooLargeError' },
      });
      expect(meter.measured).toMatchObject([{ attributes: { 'error.type': 'PayloadTooLargeError' } }]);
    });

    it('Sentry has traces of its own meanwhile', async () => {
      await (await app.get(TasksService).call('flaky', ['x'], { queue: 'default' })).get();
      await Sentry.flush(2_000);
      const sent = sentToSentry.join('\n');
      expect(sent).toContain('queue.process');
      expect(sent).not.toContain('process default');
    });
  },
);

describe('what TelemetryModule is given', () => {
  it.each([
    [{}, /has no tracer\.startSpan\(\)/],
    [{ telemetry: { tracer: { startSpan: () => undefined } } }, /has no contextManager\.with\(\)/],
    [{ telemetry: new BullMQOtel(), metrics: true }, /"metrics" is unknown/],
  ])('%# fails the boot if it is not right', (options, message) => {
    const forRoot = () => TelemetryModule.forRoot(options as unknown as TelemetryModuleOptions);
    expect(forRoot).toThrow(InvalidOptionError);
    expect(forRoot).toThrow(message);
  });
});
