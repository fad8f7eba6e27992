/** A server that was down is looked at again after this time. */
const DOWN_FOR = 5_000;

interface Verdict {
  readonly well: boolean;
  readonly at: number;
}

/**
 * Whether an SMTP server takes us: a connection and, where it asks for one, a login. Both cost it something, so the answer
 * is kept for a while; who asks meanwhile gets the last one.
 */
export class SmtpCheck {
  private last: Verdict | undefined;
  private going: Promise<boolean> | undefined;

  /** @param wellFor how long one that was well is taken for that, in ms */
  constructor(
    private readonly verify: () => Promise<unknown>,
    private readonly wellFor: number,
  ) {}

  async look(): Promise<boolean> {
    const { last } = this;
    if (last && performance.now() - last.at < (last.well ? this.wellFor : Math.min(DOWN_FOR, this.wellFor)))
      return last.well;
    this.going ??= this.verify().then(
      () => this.found(true),
      () => this.found(false),
    );
    // A server that says nothing must not hold up who asks: it was as it was until it is found to be otherwise.
    return last?.well === false ? false : this.going;
  }

  private found(well: boolean): boolean {
    this.last = { well, at: performance.now() };
    this.going = undefined;
    return well;
  }
}
