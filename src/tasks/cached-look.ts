import { atMost } from './at-most.js';

/** After this time a look that has not come back is forgotten: some clients lose what a dropped connection was asked. */
const LOST = 5_000;

interface Going {
  readonly since: number;
  readonly done: Promise<void>;
}

/** A look at something that may be slow, or away: many ask, one looks, and nobody waits for long. */
export class CachedLook<T> {
  private last: { readonly value: T; readonly at: number } | undefined;
  private going: Going | undefined;

  /**
   * @param holds for how long an answer is given again, in ms; it may depend on the answer
   * @param patience how long whoever asks waits, in ms
   * @param onFailure told why there is no answer
   */
  constructor(
    private readonly look: () => T | Promise<T>,
    private readonly holds: number | ((value: T) => number),
    private readonly patience: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Undefined: it has failed, or not come back in time. */
  async get(): Promise<T | undefined> {
    const asked = performance.now();
    if (this.last && asked - this.last.at < this.holdsFor(this.last.value)) return this.last.value;
    if (!this.going || asked - this.going.since > LOST) this.going = this.begin(asked);
    const { done, since } = this.going;
    // One that the last to ask has waited for in vain is not waited for again.
    const inTime = await atMost(Math.max(1, since + this.patience - asked), done);
    return inTime && this.last && this.last.at >= since ? this.last.value : undefined;
  }

  private holdsFor(value: T): number {
    return typeof this.holds === 'number' ? this.holds : this.holds(value);
  }

  private begin(since: number): Going {
    // Not at once: what throws then would be over before it has begun.
    const done = Promise.resolve()
      .then(this.look)
      .then(
        (value) => void (this.last = { value, at: performance.now() }),
        (error: unknown) => this.onFailure(error),
      )
      .finally(() => {
        if (this.going === going) this.going = undefined;
      });
    const going = { since, done };
    return going;
  }
}
