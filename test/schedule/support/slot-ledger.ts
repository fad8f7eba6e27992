import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineFile } from '../../support/line-file.js';

export interface Tick {
  readonly which: string;
  readonly slot: number | undefined;
  readonly call: string;
  readonly pid: number;
  /** When it began, in ms. */
  readonly at: number;
}

/** What the processes ran. */
export class SlotLedger {
  private readonly directory = mkdtempSync(join(tmpdir(), 'celeriac-test-schedule-'));
  readonly file = join(this.directory, 'ticks.jsonl');
  private readonly lines: LineFile<Tick>;

  constructor() {
    writeFileSync(this.file, '');
    this.lines = new LineFile(this.file);
  }

  ticks(which?: string): readonly Tick[] {
    return this.lines.entries().filter((tick) => which === undefined || tick.which === which);
  }

  /** The slots of what ran, each with its calls. */
  slots(which: string): ReadonlyMap<number, ReadonlySet<string>> {
    const slots = new Map<number, Set<string>>();
    for (const { slot, call } of this.ticks(which)) {
      if (slot === undefined) continue;
      const calls = slots.get(slot) ?? new Set();
      slots.set(slot, calls.add(call));
    }
    return slots;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
