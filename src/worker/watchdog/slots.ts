/** Attempts that can be told apart; beyond them a blocked loop is still noticed. */
export const SLOTS = 4_096;
const ID_BYTES = 96;

/**
 * What the watchdog's thread can see of the main thread while that is busy: whether its event loop turns, which attempt's
 * code runs now, and of each attempt its task, its id and when its hard limit passes. Slot 0 is nobody's.
 */
export class Slots {
  readonly heartbeat: Int32Array;
  readonly current: Int32Array;
  private readonly tasks: Int32Array;
  private readonly deadlines: Float64Array;
  private readonly ids: Buffer;
  private readonly idLengths: Uint8Array;

  constructor(readonly memory = new SharedArrayBuffer(16 + SLOTS * (8 + 4 + 1 + ID_BYTES))) {
    let offset = 0;
    const take = (bytes: number) => (offset += bytes) - bytes;
    this.heartbeat = new Int32Array(memory, take(4), 1);
    this.current = new Int32Array(memory, take(4), 1);
    take(8);
    this.deadlines = new Float64Array(memory, take(SLOTS * 8), SLOTS);
    this.tasks = new Int32Array(memory, take(SLOTS * 4), SLOTS);
    this.idLengths = new Uint8Array(memory, take(SLOTS), SLOTS);
    this.ids = Buffer.from(memory, take(SLOTS * ID_BYTES), SLOTS * ID_BYTES);
  }

  /** @param task from 1 @param deadline by the main thread's performance.now() */
  fill(slot: number, task: number, id: string, deadline: number): void {
    this.tasks[slot] = task;
    this.deadlines[slot] = deadline;
    this.idLengths[slot] = this.ids.write(id, slot * ID_BYTES, ID_BYTES, 'latin1');
  }

  setDeadline(slot: number, deadline: number): void {
    this.deadlines[slot] = deadline;
  }

  empty(slot: number): void {
    this.tasks[slot] = 0;
  }

  /** What is in a slot; undefined: nothing. */
  read(slot: number): { readonly task: number; readonly id: string; readonly deadline: number } | undefined {
    const task = this.tasks[slot] ?? 0;
    if (task === 0) return undefined;
    const start = slot * ID_BYTES;
    const id = this.ids.toString('latin1', start, start + (this.idLengths[slot] ?? 0));
    return { task, id, deadline: this.deadlines[slot] ?? Number.POSITIVE_INFINITY };
  }

  /** All that are filled. */
  filled(): number[] {
    const slots: number[] = [];
    for (let slot = 1; slot < SLOTS; slot++) if (this.tasks[slot]) slots.push(slot);
    return slots;
  }
}
