/** Characters: as much as a pipe takes at once. */
const MOST = 65_536;

/**
 * Lines that are written at the end of the turn of the event loop they come from, all at once: each write is a call of the
 * operating system, and in one turn a hundred calls of tasks may end. A process that is killed loses those of its turn.
 */
class LateLines {
  private text = '';
  private planned = false;
  private known = false;

  add(line: string): void {
    this.text += line;
    if (this.text.length >= MOST) this.flush();
    else this.plan();
  }

  /** Whoever writes something else does this first: lines stay in order. */
  readonly flush = (): void => {
    if (this.text === '') return;
    const { text } = this;
    this.text = '';
    process.stdout.write(text);
  };

  private plan(): void {
    if (!this.known) process.on('exit', this.flush);
    this.known = true;
    if (this.planned) return;
    this.planned = true;
    setImmediate(() => {
      this.planned = false;
      this.flush();
    });
  }
}

/** Those of this process, for its stdout. */
export const lateLines = new LateLines();
