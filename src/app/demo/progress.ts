import { Presets, SingleBar } from 'cli-progress';

interface Counts {
  readonly accepted: number;
  readonly settled: number;
}

/** How far the newsletter is: a bar on a terminal, lines elsewhere. */
export interface Progress extends Disposable {
  update(counts: Partial<Counts>): void;
  /** Something worth telling. */
  note(text: string): void;
}

export function createProgress(total: number, output: NodeJS.WriteStream = process.stdout): Progress {
  return output.isTTY ? new BarProgress(total, output) : new LineProgress(total, output);
}

class BarProgress implements Progress {
  private readonly bar: SingleBar;

  constructor(total: number, output: NodeJS.WriteStream) {
    const format = '{bar} {value}/{total} settled, {accepted} accepted, {duration_formatted} {note}';
    this.bar = new SingleBar({ format, stream: output, hideCursor: true }, Presets.shades_classic);
    this.bar.start(total, 0, { accepted: 0, note: '' });
  }

  update({ settled, ...payload }: Partial<Counts>): void {
    if (settled === undefined) this.bar.update(payload);
    else this.bar.update(settled, payload);
  }

  note(text: string): void {
    this.bar.update({ note: `(${text})` });
  }

  [Symbol.dispose](): void {
    this.bar.stop();
  }
}

class LineProgress implements Progress {
  private counts: Counts = { accepted: 0, settled: 0 };

  constructor(
    private readonly total: number,
    private readonly output: NodeJS.WriteStream,
  ) {}

  update(counts: Partial<Counts>): void {
    const before = this.tenths();
    this.counts = { ...this.counts, ...counts };
    if (this.tenths() === before) return;
    this.note(`${this.counts.settled}/${this.total} settled, ${this.counts.accepted} accepted`);
  }

  note(text: string): void {
    this.output.write(`  ${text}\n`);
  }

  [Symbol.dispose](): void {}

  private tenths(): string {
    const tenth = (count: number) => Math.floor((count * 10) / this.total);
    return `${tenth(this.counts.accepted)} ${tenth(this.counts.settled)}`;
  }
}
