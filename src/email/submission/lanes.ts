/** Does pieces of work, a few at a time. */
export class Lanes {
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly width: number) {}

  /** Begins a piece of work, and waits until another one could begin. @throws what one has thrown */
  async begin(work: () => Promise<void>): Promise<void> {
    const one = work()
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.running.delete(one));
    this.running.add(one);
    if (this.running.size >= this.width) await Promise.race(this.running);
    this.check();
  }

  /** Waits for all that has begun; never throws. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  /** @throws what a piece of work has thrown */
  check(): void {
    if (this.failure) throw this.failure.error;
  }
}
