import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope, ENVELOPE_VERSION } from './envelope.js';

/** Envelopes as released versions wrote them. They stay: a new build must read what an old one queued. */
const golden = new URL('../../../../test/golden/', import.meta.url);

describe('envelopes', () => {
  const files = readdirSync(golden).filter((name) => name.endsWith('.json'));

  it('there are golden ones of this version', () => {
    expect(files.filter((name) => name.startsWith(`v${ENVELOPE_VERSION}-`)).length).toBeGreaterThanOrEqual(3);
  });

  it.each(files)('%s is decoded to what was called', (name) => {
    const { stored, means } = JSON.parse(readFileSync(new URL(name, golden), 'utf8')) as {
      stored: string;
      means: object;
    };
    expect(decodeEnvelope(JSON.parse(stored))).toEqual({ kind: 'envelope', envelope: means });
  });

  it.each([null, undefined, 1, 'text', [], {}, { args: [] }])('%j is no envelope', (data) => {
    expect(decodeEnvelope(data)).toMatchObject({
      kind: 'malformed',
      problem: expect.stringMatching(/no envelope/),
    });
  });

  it('a newer version is left to a newer worker', () => {
    expect(decodeEnvelope({ v: ENVELOPE_VERSION + 1, whatever: true })).toEqual({
      kind: 'newer',
      version: ENVELOPE_VERSION + 1,
    });
  });
});
