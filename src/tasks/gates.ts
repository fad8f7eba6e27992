/*
 * Gates: what a call passes before its code begins. A rate, so many permits, a breaker. One algorithm, kept by each
 * store: what is decided is decided there, at once for all gates of a call, by the store's clock.
 *
 * A call that a gate refuses waits in the broker like any delayed call, and in the gate's *room*, which knows the order.
 * When its turn has come it is *called in*: made due, at the head of its queue. Should nobody call it in, it comes by
 * itself when its delay is over. Code that waits for a gate outside any call waits in the room as a *visitor*.
 */

interface AnyGate {
  /** What the gate is kept under; its key included. */
  readonly id: string;
  /** What changes made at run time are kept under. */
  readonly name: string;
}

/** So many in a time. */
export interface RateGate extends AnyGate {
  readonly kind: 'rate';
  readonly count: number;
  /** Milliseconds. */
  readonly period: number;
  readonly burst: number;
}

/** So many at once. Each permit has a lease; its holder renews it. */
export interface PermitGate extends AnyGate {
  readonly kind: 'permits';
  readonly limit: number;
}

/** Shut after so many failures. */
export interface BreakerGate extends AnyGate {
  readonly kind: 'breaker';
  readonly failures: number;
  /** Milliseconds. */
  readonly window: number;
  /** Milliseconds. */
  readonly cooldown: number;
}

export type Gate = RateGate | PermitGate | BreakerGate;

/** One who would pass. */
export interface GateRequest {
  /** The id of a call; of a visitor, one that begins with {@link VISITOR}. */
  readonly member: string;
  /** When it was first refused; null: it comes for the first time. */
  readonly since: number | null;
  /** How long its permits live without renewal, in ms. */
  readonly lease: number;
  /** With each, whether to wait in its room if it refuses. */
  readonly gates: readonly (Gate & { readonly waits: boolean })[];
}

export const VISITOR = '~';

export interface Admitted {
  readonly admitted: true;
  /** Milliseconds until its slot; it must not begin before. Few. */
  readonly wait: number;
  /** Grows with every admission that takes a permit, and tells it from earlier ones of the same call. */
  readonly fence: number;
  /** Whether it is to tell a breaker that what it guards works again. */
  readonly probe: boolean;
  /** Others wait at one of its gates. */
  readonly crowded: boolean;
  /** Retries that it had spent before its breaker knew of an outage, and has back now. */
  readonly refunded: number;
  /** When that was decided, by the store's clock. */
  readonly at: number;
}

export interface Refused {
  readonly admitted: false;
  /** Which of its gates refused. */
  readonly gate: number;
  /** Milliseconds to its turn, as far as the gate can tell. */
  readonly delay: number;
  /** Those before it. */
  readonly ahead: number;
  /** When it was first refused. */
  readonly since: number;
}

export type GateAnswer = Admitted | Refused;

/** A permit, or all that one member holds. What a later delivery of the same call has taken over is not the earlier's. */
export interface Holding {
  readonly member: string;
  /** Of its admission. */
  readonly fence: number;
  /** Ids of the gates. */
  readonly gates: readonly string[];
}

export interface BreakerState {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Failures that count at present. */
  readonly failures: number;
  /** When an open one lets a probe through, in the store's time. */
  readonly until: number | undefined;
  /** Calls that wait. */
  readonly waiting: number;
}

/** What a limit was changed to: the fields of its gates that take the place of those in the code. */
export type GateChange = Readonly<Record<string, number>>;

/** Milliseconds from now. */
export interface NextLook {
  /** To the next look of the keeper that has asked. */
  readonly mine: number;
  /** To the next that somebody must take. */
  readonly next: number;
}

/** The gates of one broker. */
export interface Gates {
  /** Decides about each in turn. */
  pass(requests: readonly GateRequest[]): Promise<GateAnswer[]>;
  /** Gives permits back; calls in who waits for them. */
  release(holdings: readonly Holding[]): Promise<void>;
  /** Prolongs leases; those that had run out. */
  renew(holdings: readonly Holding[], lease: number): Promise<Holding[]>;
  /** Leaves rooms. */
  leave(member: string, gates: readonly string[]): Promise<void>;
  /**
   * Calls in all whose turn has come.
   *
   * @param keeper who looks; one of all who do is in charge, until it fails to look when it should
   */
  callIn(keeper: string): Promise<NextLook>;
  /**
   * Tells a breaker how an attempt ended.
   *
   * @param failure its id, under which it counts once, however often it is told; null: no failure
   * @returns whether it is open now
   */
  report(gate: BreakerGate, member: string, failure: string | null): Promise<boolean>;
  breaker(gate: BreakerGate): Promise<BreakerState>;
  /** Opens a breaker for so many ms, or closes it with 0. */
  setBreaker(gate: BreakerGate, openFor: number): Promise<void>;
  /** Changes all gates of a name; null goes back to the code. */
  change(name: string, change: GateChange | null): Promise<void>;
  changes(): Promise<ReadonlyMap<string, GateChange>>;
  /** How many wait in a gate's room. */
  waiting(gate: string): Promise<number>;
  /** Removes what is kept of gates that nobody has passed for so many ms. */
  prune(age: number): Promise<void>;
}

/*
 * The numbers of the algorithm, in ms.
 */
export const GATE_TIMES = {
  /** A slot may be used for so long after its time. */
  catchUp: 50,
  /** And so long before: whoever comes by so little too early waits where it is. */
  horizon: 25,
  /** Callers need their time: they are called in so much earlier that they come so much late on average. */
  late: 15,
  /** But never earlier than this. */
  mostLead: 75,
  /** One that was called in counts as on its way for so long. */
  onItsWay: 1_000,
  /** Keepers look at least so often. */
  watch: 1_000,
  /** A keeper that looks so much later than it was to is in charge no longer. */
  slack: 250,
  /** Retries that were spent on an outage can be had back for so long. */
  spentKept: 86_400_000,
} as const;
