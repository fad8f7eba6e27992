import type { Event } from '@sentry/node';
import { describe, expect, it } from 'vitest';
import { finishEvent } from './finish-event.js';

class Unnamed extends Error {}

describe('an event of ours, before it is sent', () => {
  it('names the classes of errors that name none themselves, the causes included', () => {
    const cause = new Unnamed('inner');
    const error = new Unnamed('outer', { cause });
    const event: Event = {
      exception: {
        values: [
          { type: 'Error', value: 'inner' },
          { type: 'Error', value: 'outer' },
        ],
      },
    };
    const { exception } = finishEvent(event, { originalException: error }, []);
    expect(exception?.values?.map(({ type }) => type)).toEqual(['Unnamed', 'Unnamed']);
  });

  it('leaves alone what is not where it looks for it', () => {
    const event: Event = { exception: { values: [{ type: 'AggregateError', value: 'x' }] } };
    const { exception } = finishEvent(event, { originalException: new Unnamed('y') }, []);
    expect(exception?.values?.[0]?.type).toBe('AggregateError');
    expect(finishEvent({ message: 'm' }, {}, ['f'])).toEqual({ message: 'm', fingerprint: ['f'] });
  });

  it('has the fingerprint of its issue, no address, and nothing of a thrown value that is no error', () => {
    const event: Event = {
      fingerprint: ['unique'],
      message: 'to jane@example.com',
      extra: { __serialized__: { subject: 'x' }, kept: 1 },
    };
    expect(finishEvent(event, {}, ['issue'])).toEqual({
      fingerprint: ['issue'],
      message: 'to [address]',
      extra: { kept: 1 },
    });
  });
});
