import { atMost } from '../../tasks/at-most.js';

/** What a worker process has been asked, until it answers. One that is busy may never do so. */
export class Questions {
  private last = 0;
  private readonly open = new Map<number, (answer: readonly unknown[]) => void>();

  /** @returns undefined: it did not answer within so many ms */
  async ask(send: (question: number) => void, patience: number): Promise<readonly unknown[] | undefined> {
    const question = ++this.last;
    let found: readonly unknown[] | undefined;
    const answered = new Promise<void>((resolve) => {
      this.open.set(question, (answer) => {
        found = answer;
        resolve();
      });
    });
    send(question);
    await atMost(patience, answered);
    this.open.delete(question);
    return found;
  }

  answer(question: number, answer: readonly unknown[]): void {
    this.open.get(question)?.(answer);
  }
}
