import type { Throttle } from '../options/resolve-sentry-options.js';

interface Window {
  sent: number;
  kept: number;
  timer: NodeJS.Timeout;
}

/** Told how many events alike were kept back, when their period is over. */
type OnKept = (count: number) => void;

/** Lets so many events alike go in a period that begins with the first, and counts the others. */
export class Storms {
  private readonly windows = new Map<string, Window & { onKept: OnKept }>();

  constructor(private readonly throttle: Throttle | null) {}

  /** Whether the event may go. */
  admit(fingerprint: readonly string[], onKept: OnKept): boolean {
    const { throttle } = this;
    if (!throttle) return true;
    const key = JSON.stringify(fingerprint);
    let window = this.windows.get(key);
    if (!window) {
      const timer = setTimeout(() => this.end(key), throttle.period).unref();
      this.windows.set(key, (window = { sent: 0, kept: 0, timer, onKept }));
    }
    if (window.sent < throttle.events) return window.sent++ >= 0;
    window.kept++;
    return false;
  }

  /** Ends every period now: nothing may be left untold. */
  close(): void {
    for (const key of this.windows.keys()) this.end(key);
  }

  private end(key: string): void {
    const window = this.windows.get(key);
    this.windows.delete(key);
    if (!window) return;
    clearTimeout(window.timer);
    if (window.kept > 0) window.onKept(window.kept);
  }
}
