/** The two sides of every comparison. */
export const SIDES = ['bare', 'celeriac'] as const;
export type SideName = (typeof SIDES)[number];

export type BrokerName = 'redis' | 'postgres';

/** Where a side works: nothing else is kept under this namespace. */
export interface Place {
  readonly broker: BrokerName;
  readonly url: string;
  readonly namespace: string;
}

export type Places = Readonly<Partial<Record<SideName, Place>>>;

/** A task that returns at once: one that takes no notice of its context, and one that reads its own id. */
export type TaskChoice = 'plain' | 'identified';

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

export type Scenario = Drain | Enqueue | Latency;
export type ScenarioKind = Scenario['kind'];

/** What a process is to do: one side of a drain or of an enqueue, or both sides of a latency. */
export interface Order {
  readonly scenario: Scenario;
  readonly places: Places;
}

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>;
export type Measured = Partial<Record<SideName, Figures>>;
