/** Since when the broker has answered again. What it was not told while it was away nobody can blame on others. */
export class OutageMemory {
  private away = false;
  /** By performance.now(). */
  private backAt = Number.NEGATIVE_INFINITY;

  answered(): void {
    if (this.away) this.backAt = performance.now();
    this.away = false;
  }

  failed(): void {
    this.away = true;
  }

  /** Milliseconds since it came back; Infinity: it has not been away, as far as this process knows. */
  get backFor(): number {
    return performance.now() - this.backAt;
  }
}
