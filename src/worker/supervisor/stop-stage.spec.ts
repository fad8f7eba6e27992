import { describe, expect, it } from 'vitest';
import { stageAfter, type StopSignal, type StopStage } from './stop-stage.js';

describe('stopping', () => {
  it.each<[StopStage, StopSignal, StopStage]>([
    ['running', 'SIGTERM', 'warm'],
    ['running', 'SIGINT', 'warm'],
    ['running', 'SIGQUIT', 'cold'],
    ['warm', 'SIGTERM', 'cold'],
    ['warm', 'SIGINT', 'cold'],
    ['warm', 'SIGQUIT', 'cold'],
    ['cold', 'SIGTERM', 'forced'],
    ['cold', 'SIGQUIT', 'forced'],
    ['forced', 'SIGTERM', 'forced'],
  ])('%s, then %s: %s', (stage, signal, next) => {
    expect(stageAfter(stage, signal)).toBe(next);
  });
});
