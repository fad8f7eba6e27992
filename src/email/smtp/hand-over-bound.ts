import { HandOverTimeoutError } from '../errors/index.js';

/** How long the content may take, and the answer to it: RFC 5321 §4.5.3.2.6 asks to wait 10 minutes for that alone. */
const CONTENT_LIMIT = 15 * 60_000;

/** Breaks a send off: before the server has the content for whatever reason there is, from then on only for its length. */
export class HandOverBound {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(
    private readonly outer: AbortSignal,
    limit: number,
  ) {
    this.timer = setTimeout(() => this.abort(new HandOverTimeoutError(limit)), limit);
    if (outer.aborted) this.onOuterAbort();
    else outer.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The server has asked for the content. @throws the reason, if the send was broken off before */
  passed(): void {
    this.signal.throwIfAborted();
    this.clear();
    this.timer = setTimeout(() => this.abort(new HandOverTimeoutError(CONTENT_LIMIT)), CONTENT_LIMIT);
  }

  clear(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.onOuterAbort);
  }

  private readonly onOuterAbort = (): void => this.abort(this.outer.reason as Error);

  private abort(reason: Error): void {
    this.controller.abort(reason);
  }
}
