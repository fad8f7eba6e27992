import type { FromChild } from '../protocol.js';

type Question = Extract<FromChild, { ask: number }>;
type Unnumbered<Q> = Q extends unknown ? Omit<Q, 'ask'> : never;

/** What a child has asked of its parent, until it is answered. */
export class Questions {
  private last = 0;
  private readonly open = new Map<number, { resolve(): void; reject(error: Error): void }>();

  constructor(private readonly send: (message: FromChild) => void) {}

  ask(question: Unnumbered<Question>): Promise<void> {
    const ask = ++this.last;
    return new Promise((resolve, reject) => {
      this.open.set(ask, { resolve, reject });
      this.send({ ...question, ask } as Question);
    });
  }

  /** What wants no answer. */
  tell(message: FromChild): void {
    this.send(message);
  }

  answer(to: number, error?: string): void {
    const question = this.open.get(to);
    this.open.delete(to);
    if (error === undefined) question?.resolve();
    else question?.reject(new Error(error));
  }
}
