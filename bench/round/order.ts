/** Bare BullMQ; Celeriac; Celeriac with a task that has a limit, with a crowd that waits for one, or with all that watches it. */
export type SideName = 'bare' | 'celeriac' | 'limited' | 'crowded' | 'watched';

export type BrokerName = 'redis' | 'postgres';

/** Where a side works: nothing else is kept under this namespace. */
export interface Place {
  readonly broker: BrokerName;
  readonly url: string;
  readonly namespace: string;
}

export type Places = Readonly<Partial<Record<SideName, Place>>>;

/**
 * A task that returns at once: it takes no notice of its context, reads its own id, has a limit that never bites, or one
 * that lets hardly any pass.
 */
export type TaskChoice = 'plain' | 'identified' | 'limited' | 'held';

/** A worker waits, the queue is filled, and the worker may begin: how fast does it run empty? */
export interface Drain {
  readonly kind: 'drain';
  readonly task: TaskChoice;
  readonly concurrency: number;
  /** Calls per burst. */
  readonly calls: number;
  /** Whether each call runs alone in one of `concurrency` child processes. */
  readonly prefork?: boolean;
}

/** How fast are calls stored? */
export interface Enqueue {
  readonly kind: 'enqueue';
  /** Calls in flight at once. */
  readonly width: number;
  /** Calls per burst. */
  readonly calls: number;
}

/** Calls come at a steady rate, whatever becomes of them: how long until each starts? */
export interface Latency {
  readonly kind: 'latency';
  readonly concurrency: number;
  /** Calls per side. */
  readonly calls: number;
  /** Milliseconds from one call to the next; the sides take turns. */
  readonly interval: number;
}

/** A drain of a task with a limit: what does it cost to be let pass? */
export interface Overhead {
  readonly kind: 'overhead';
  readonly concurrency: number;
  /** Calls per burst. */
  readonly calls: number;
}

/** Drains beside calls that wait for a limit: what do those cost calls that have none, and what at rest? */
export interface Backlog {
  readonly kind: 'backlog';
  readonly concurrency: number;
  /** Calls per burst. */
  readonly calls: number;
  /** Calls of the task that is held back. */
  readonly held: number;
  /** They come with the burst that follows so many. */
  readonly after: number;
  /** Milliseconds the broker is watched at rest. */
  readonly rest: number;
}

/** A drain of a worker with metrics, logs, Sentry and health: what does it cost to be watched? */
export interface Watching {
  readonly kind: 'watching';
  readonly concurrency: number;
  /** Calls per burst. */
  readonly calls: number;
}

export type Scenario = Drain | Enqueue | Latency | Overhead | Backlog | Watching;
export type ScenarioKind = Scenario['kind'];

/** Of every comparison, the side that sets the measure, and the one that is held to it. */
export const SIDES: Readonly<Record<ScenarioKind, readonly [peer: SideName, subject: SideName]>> = {
  drain: ['bare', 'celeriac'],
  enqueue: ['bare', 'celeriac'],
  latency: ['bare', 'celeriac'],
  overhead: ['celeriac', 'limited'],
  backlog: ['celeriac', 'crowded'],
  watching: ['celeriac', 'watched'],
};

/** What is called in a drain; a limited side calls its own. */
export const taskOf = (drain: Drain | Overhead | Backlog | Watching): TaskChoice =>
  drain.kind === 'drain' ? drain.task : 'plain';

/** What a process is to do: both sides of a latency, or one side of anything else. */
export interface Order {
  readonly scenario: Scenario;
  readonly places: Places;
}

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>;
export type Measured = Partial<Record<SideName, Figures>>;
