import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callTrace, traceHeaders } from './call-trace.js';

const TRACE = 'a'.repeat(32);
const SPAN = 'b'.repeat(16);
const data = { 'sentry-trace': `${TRACE}-${SPAN}-1`, baggage: 'sentry-release=1' };

describe('the trace of a call', () => {
  it('that begins at once goes on from its sender', () => {
    const headers = traceHeaders(data, 0);
    expect(headers).toEqual(data);
    expect(callTrace('q.1', headers)).toEqual({
      kind: 'continue',
      sentryTrace: data['sentry-trace'],
      baggage: data.baggage,
      origin: { traceId: TRACE, spanId: SPAN, sampled: true },
    });
  });

  it('that waits for its time is new, the same in every attempt, and linked to its sender', () => {
    const headers = traceHeaders(data, 1);
    const trace = callTrace('q.1', headers);
    expect(trace).toMatchObject({
      kind: 'own',
      origin: { traceId: TRACE, spanId: SPAN, sampled: true },
    });
    expect(callTrace('q.1', headers)).toEqual(trace);
    expect(callTrace('q.2', headers)).not.toMatchObject({ traceId: (trace as { traceId: string }).traceId });
  });

  it.each<[Record<string, string>]>([
    [{}],
    [{ 'sentry-trace': 'nonsense' }],
    [{ 'sentry-trace': '' }],
    [{ 'sentry-origin': 'x' }],
  ])('with headers %j is its own, with nothing to link to', (headers) => {
    expect(callTrace('q.1', headers)).toMatchObject({ kind: 'own', origin: undefined });
  });

  it('needs nothing of a sender without Sentry', () => {
    expect(traceHeaders({}, 0)).toEqual({});
  });

  it('has an id and a share that Sentry accepts, whatever the id of the call is', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const trace = callTrace(id, {});
        if (trace.kind !== 'own') throw new Error('it has one of its own');
        expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(trace.sampleRand).toBeGreaterThanOrEqual(0);
        expect(trace.sampleRand).toBeLessThan(1);
      }),
    );
  });
});
