/** A line that does not end is passed on in parts. */
const LONGEST = 1_048_576;

/** Passes on what a process writes, in whole lines: others write to the same place in between. */
export class WholeLines {
  private rest = '';

  constructor(private readonly write: (lines: string) => void) {}

  add(chunk: string): void {
    const text = this.rest + chunk;
    const end = text.length > LONGEST ? text.length : text.lastIndexOf('\n') + 1;
    this.rest = text.slice(end);
    if (end > 0) this.write(text.slice(0, end));
  }

  /** It writes no more. */
  end(): void {
    if (this.rest !== '') this.write(`${this.rest}\n`);
    this.rest = '';
  }
}
