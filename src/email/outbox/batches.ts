interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** The most that go together: a statement should not get so long that others wait for it. */
const MOST = 50;

/**
 * Requests of one kind, such as transitions of messages: those that come while one is under way go together in the next,
 * which costs the database one round trip and one commit for all. A single request is never held up.
 */
export class Batches<Request, Result> {
  private waiting: Waiting<Request, Result>[] = [];
  private running = false;

  /** @param run gives a result for each request, in their order */
  constructor(private readonly run: (requests: readonly Request[]) => Promise<readonly Result[]>) {}

  add(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (!this.running) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MOST);
      try {
        await this.together(batch);
      } catch (error) {
        // One of them may be what the others suffer for.
        if (batch.length === 1) batch[0]?.reject(error);
        else await Promise.all(batch.map((one) => this.together([one]).catch(one.reject)));
      }
    }
    this.running = false;
  }

  private async together(batch: readonly Waiting<Request, Result>[]): Promise<void> {
    const results = await this.run(batch.map(({ request }) => request));
    batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
  }
}
