import { describe, expect, it } from 'vitest';
import type { Ending } from './ending.js';
import type { Entry, FinalState } from './ledger.js';
import { type Expectation, judge, type Verdict } from './verdict.js';

const CALL = 'call';
const [FIRST, SECOND, CHILD] = [1, 2, 11];

const intent: Entry = { what: 'intent', key: CALL };
const ack: Entry = { what: 'ack', key: CALL };
const begin = (pid = FIRST, retries = 0, worker = pid): Entry => ({
  what: 'begin',
  key: CALL,
  retries,
  pid,
  worker,
});
const strike = (weapon: Extract<Entry, { what: 'strike' }>['weapon'], pid = FIRST, worker = pid): Entry => ({
  what: 'strike',
  key: 'other',
  strike: 0,
  point: 'code',
  weapon,
  pid,
  worker,
});
const lost: Entry = { what: 'lost', key: CALL, reason: 'its lock was lost', pid: FIRST, worker: FIRST };
const final = (end: Partial<FinalState> = {}): Entry => ({
  what: 'final',
  key: CALL,
  state: 'succeeded',
  error: undefined,
  value: `${CALL}#1`,
  losses: 0,
  charged: 0,
  ...end,
});

const innocent: Expectation = { kind: 'innocent', value: `${CALL}#1` };
const victim = (ending: Partial<Ending> = {}): Expectation => ({
  kind: 'victim',
  title: 'dies',
  ending: { state: 'succeeded', runs: 1, ...ending },
});
const nothing: Verdict = {
  lost: [],
  unexpected: [],
  harmed: [],
  wrong: [],
  unexplained: [],
  duplicates: {},
};

describe('the verdict over the ledger', () => {
  it.each<[string, Entry[], Expectation, Partial<Verdict>]>([
    ['nothing wrong', [intent, ack, begin(), final()], innocent, {}],
    ['lost: confirmed, and never ended', [intent, ack, begin()], victim(), { lost: [CALL] }],
    [
      'unexpected: never called',
      [begin(), final()],
      innocent,
      { unexpected: ['call ran without having been called'] },
    ],
    [
      'unexpected: ran after its end',
      [intent, ack, begin(), strike('exit'), final(), begin(SECOND)],
      innocent,
      { unexpected: ['call ran after its end'], duplicates: { exit: 1 } },
    ],
    [
      'ran after its end in a process that had been paused',
      [intent, ack, strike('SIGSTOP', SECOND), begin(), final(), begin(SECOND)],
      innocent,
      { duplicates: { SIGSTOP: 1 } },
    ],
    [
      'ran again: its process had died',
      [intent, ack, begin(), strike('SIGKILL'), begin(SECOND), final()],
      innocent,
      { duplicates: { SIGKILL: 1 } },
    ],
    [
      'ran again: the worker of its child had died',
      [intent, ack, begin(CHILD, 0, FIRST), strike('memory'), begin(SECOND), final()],
      innocent,
      { duplicates: { memory: 1 } },
    ],
    [
      'ran again: a child had its worker shut down',
      [intent, ack, begin(FIRST), strike('SIGTERM', CHILD, FIRST), begin(SECOND), final()],
      innocent,
      { duplicates: { SIGTERM: 1 } },
    ],
    [
      'ran again, though it was another child that died',
      [intent, ack, begin(FIRST), strike('exit', CHILD, FIRST), begin(SECOND), final()],
      innocent,
      { unexplained: [CALL] },
    ],
    [
      'ran again: its lock was lost',
      [intent, ack, begin(), lost, begin(SECOND), final()],
      innocent,
      { duplicates: { 'lock lost': 1 } },
    ],
    [
      'ran again for no cause',
      [intent, ack, begin(), begin(SECOND), final()],
      innocent,
      { unexplained: [CALL] },
    ],
    [
      'an innocent spent a retry',
      [intent, ack, begin(), begin(FIRST, 1), final()],
      innocent,
      { harmed: ['call: retries 1 instead of 0'], duplicates: { retried: 1 } },
    ],
    [
      'an innocent failed',
      [intent, ack, begin(), final({ state: 'failed', value: undefined })],
      innocent,
      {
        harmed: ['call: state "failed" instead of "succeeded"', 'call: value undefined instead of "call#1"'],
      },
    ],
    [
      'a victim ran more often than it should',
      [intent, ack, begin(), strike('exit'), begin(SECOND), final({ losses: 1 })],
      victim({ runs: 1, losses: 0 }),
      {
        wrong: ['call (dies): runs 2 instead of 1', 'call (dies): losses 1 instead of 0'],
        duplicates: { exit: 1 },
      },
    ],
    [
      'the result of a stale attempt was accepted',
      [intent, ack, begin(), strike('SIGSTOP'), begin(SECOND), final({ losses: 1 })],
      victim({ runs: 2, losses: 1 }),
      { wrong: ['call (dies): value "call#1" instead of "call#2"'], duplicates: { SIGSTOP: 1 } },
    ],
    [
      'nobody was told',
      [intent, ack, begin(), final()],
      victim({ signal: 'LockLostError', toldLost: true }),
      {
        wrong: [
          'call (dies): signal false instead of "LockLostError"',
          'call (dies): told lost false instead of true',
        ],
      },
    ],
    [
      'not every death was charged',
      [intent, ack, final({ state: 'quarantined', charged: 2 })],
      victim({ state: 'quarantined', runs: 0, charged: 3 }),
      { wrong: ['call (dies): crashes charged 2 instead of 3'] },
    ],
  ])('%s', (_title, entries, expectation, verdict) => {
    const judged = judge(entries, new Map([[CALL, expectation]]));
    // That a call which has not ended is wrong in other ways, too, is not the point.
    const { wrong, ...rest } = { ...nothing, ...verdict };
    expect(judged).toMatchObject(verdict.lost ? rest : { ...rest, wrong });
  });
});
