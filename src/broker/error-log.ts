import type { Logger } from '@nestjs/common';

const QUIET = 5_000;

/** Logs an outage once, not once per attempt and connection: the same message is repeated only after some quiet. */
export class ErrorLog {
  private readonly last = new Map<string, number>();

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  report(error: Error): void {
    const message = error.message || String((error as { code?: unknown }).code ?? error.name);
    const now = performance.now();
    const previous = this.last.get(message);
    this.last.set(message, now);
    if (previous !== undefined && now - previous < QUIET) return;
    if (this.last.size > 100) this.last.clear();
    this.logger.warn(message);
  }
}
