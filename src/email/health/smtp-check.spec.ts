import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmtpCheck } from './smtp-check.js';

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe('a look at an SMTP server', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const ask = async (check: SmtpCheck, wait = 1_100) => {
    const asked = check.isWell();
    await vi.advanceTimersByTimeAsync(wait);
    return asked;
  };

  it('is kept while it was well, and taken again soon when it was not', async () => {
    const verify = vi.fn<() => Promise<void>>().mockResolvedValueOnce().mockRejectedValue(new Error('no'));
    const check = new SmtpCheck(verify, 30_000);
    expect(await ask(check)).toBe(true);
    expect(await ask(check)).toBe(true);
    expect(verify).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await ask(check)).toBe(false);
    expect(await ask(check)).toBe(false);
    expect(verify).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5_000);
    await ask(check);
    expect(verify).toHaveBeenCalledTimes(3);
  });

  it('that takes its time is waited for: the server is as it was', async () => {
    const verify = vi
      .fn<() => Promise<void>>()
      .mockResolvedValueOnce()
      .mockImplementation(() => later(3_000));
    const check = new SmtpCheck(verify, 30_000);
    expect(await ask(check)).toBe(true);
    await vi.advanceTimersByTimeAsync(30_000);
    for (let second = 0; second < 8; second++) expect(await ask(check)).toBe(true);
  });

  it('that never comes back is a server that is down, and so is one that has never answered', async () => {
    const silent = () => new Promise<void>(() => undefined);
    const verify = vi.fn<() => Promise<void>>().mockResolvedValueOnce().mockImplementation(silent);
    const check = new SmtpCheck(verify, 30_000);
    expect(await ask(check)).toBe(true);
    await vi.advanceTimersByTimeAsync(41_000);
    expect(await ask(check)).toBe(false);
    expect(await ask(new SmtpCheck(silent, 30_000))).toBe(false);
  });
});
