/**
 * `unknown`: what it is seen through is down, or nobody has looked yet. `degraded`: it works, but somebody should look at
 * it soon.
 */
export type HealthStatus = 'up' | 'degraded' | 'down' | 'unknown';

/** What a look at something has shown. */
export interface HealthReport {
  readonly status: HealthStatus;
  /** For people, unless it is up: what is wrong, with its value. Never the text of an error from elsewhere. */
  readonly message?: string;
  /** Numbers and names, for those who hold the token. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Who asks: an orchestrator that gates rollouts (`ready`), or whoever wakes people (`tasks`). */
export type HealthProbe = 'ready' | 'tasks';

/**
 * Something that can be looked at. It is looked at often: every look is cheap, and bounded by its signal.
 *
 * @publicApi
 */
export interface HealthSource {
  /** `broker`, `workers`, `outbox`: unique in the application. */
  readonly key: string;
  /**
   * Keys of what it is seen through. While one of them is down this one is not looked at, and its status is `unknown`: of
   * what breaks together, the cause alone is red.
   */
  readonly dependsOn?: readonly string[];
  /** Whose answer it is part of. Defaults to `['tasks']`. */
  readonly probes?: readonly HealthProbe[];
  /** What it throws, or does not answer in time, counts as down. */
  check(signal: AbortSignal): Promise<HealthReport>;
}
