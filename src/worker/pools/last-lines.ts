const KEPT = 20;
const LONGEST = 500;

/** The last lines a process wrote. */
export class LastLines {
  private readonly kept: string[] = [];
  private rest = '';

  add(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = (lines.pop() ?? '').slice(-LONGEST);
    for (const line of lines) if (line !== '') this.kept.push(line.slice(0, LONGEST));
    if (this.kept.length > KEPT) this.kept.splice(0, this.kept.length - KEPT);
  }

  list(): string[] {
    return this.rest === '' ? [...this.kept] : [...this.kept, this.rest];
  }
}
