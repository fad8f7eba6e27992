/** A gauge: something that goes up and down. */
export interface GaugeSpec {
  /** In base units, as Prometheus has it: `celeriac_email_outbox_rows`. Unique in the application. */
  readonly name: string;
  readonly help: string;
  /** Names of its labels. Their values are few: never an id, an address, or the text of an error. */
  readonly labels: readonly string[];
  /** What the values of several processes come to. What each sees of the whole cluster is not added up. */
  readonly across: 'sum' | 'max' | 'min';
}

export interface GaugeSample {
  /** Name of the gauge. */
  readonly gauge: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Gauges that are looked at together, when somebody asks for metrics.
 *
 * @publicApi
 */
export interface GaugeSource {
  readonly gauges: readonly GaugeSpec[];
  /** Milliseconds for which an answer holds. Defaults to none: every scrape looks. */
  readonly holds?: number;
  /** What is true while `collect` fails or takes too long. Defaults to nothing: there are no samples then. */
  readonly otherwise?: readonly GaugeSample[];
  /** Whoever asks waits for a second, and then goes on without. */
  collect(): readonly GaugeSample[] | Promise<readonly GaugeSample[]>;
}
