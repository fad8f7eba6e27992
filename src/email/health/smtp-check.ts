import { CachedLook } from '../../tasks/cached-look.js';

/** A server that was down is looked at again after this time. */
const DOWN_FOR = 5_000;
/** Less than HealthModule waits by default. */
const PATIENCE = 1_000;
/** What a connection and a login to a server far away may take; until then one that was well is. */
const SLOW = 10_000;

/** Whether an SMTP server takes us: a connection and, where it asks for one, a login. Both cost it something. */
export class SmtpCheck {
  private readonly look: CachedLook<boolean>;
  /** By performance.now(). */
  private wellAt = Number.NEGATIVE_INFINITY;

  /** @param wellFor how long one that was well is taken for that, in ms */
  constructor(
    verify: () => Promise<void>,
    private readonly wellFor: number,
  ) {
    const verdict = () =>
      verify().then(
        () => true,
        () => false,
      );
    const holds = (well: boolean) => (well ? wellFor : Math.min(DOWN_FOR, wellFor));
    this.look = new CachedLook(verdict, holds, PATIENCE, () => undefined);
  }

  async isWell(): Promise<boolean> {
    const well = await this.look.get();
    if (well) this.wellAt = performance.now();
    return well ?? performance.now() - this.wellAt < this.wellFor + SLOW;
  }
}
