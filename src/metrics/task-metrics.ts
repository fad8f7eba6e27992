import type { Counter, Registry } from 'prom-client';
import {
  type DeliveryEvent,
  OUTCOMES,
  type TaskEvent,
  type TaskEvents,
  type TaskOutcome,
} from '../tasks/index.js';
import { Distribution } from './distribution.js';
import { INCIDENT_COUNTERS, OUTCOME_COUNTERS } from './outcome-counters.js';
import type { PromClient } from './prom-client.js';
import type { LabelBook, TaskLabels } from './task-labels.js';
import { Tally } from './tally.js';

/** Seconds: from 50 ms to half an hour. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800];
const LABELS = ['task', 'queue'] as const;

type Incident = keyof typeof INCIDENT_COUNTERS;

/** What becomes of the calls that this process runs, be it in its children, as Prometheus counts. */
export class TaskMetrics {
  /** Grows with everything that is counted. */
  changes = 0;

  private readonly received: Tally;
  private readonly started: Tally;
  private readonly active: Tally;
  private readonly outcomes = new Map<TaskOutcome, Tally>();
  private readonly failures = new Map<TaskOutcome, Counter<'task' | 'queue' | 'exception'>>();
  private readonly incidents = new Map<Incident, Tally>();
  private readonly runtime: Distribution;
  private readonly wait: Distribution;
  /** By queue and task, as events have them. */
  private readonly labels = new Map<string, TaskLabels>();

  constructor(
    private readonly prom: PromClient,
    private readonly registry: Registry,
    private readonly book: LabelBook,
  ) {
    this.received = this.tally('celeriac_task_received_total', 'Deliveries that came to a worker.');
    this.started = this.tally('celeriac_task_started_total', 'Attempts whose code began.');
    for (const outcome of OUTCOMES) {
      const { name, help, byException } = OUTCOME_COUNTERS[outcome];
      if (byException) this.failures.set(outcome, this.failureCounter(name, help));
      else this.outcomes.set(outcome, this.tally(name, help));
    }
    for (const [incident, { name, help }] of Object.entries(INCIDENT_COUNTERS))
      this.incidents.set(incident as Incident, this.tally(name, help));
    this.runtime = this.distribution('celeriac_task_runtime_seconds', 'How long the code of attempts ran.');
    this.wait = this.distribution(
      'celeriac_task_queue_wait_seconds',
      'How long calls waited from when they were due; first deliveries only.',
    );
    const active = new Tally();
    this.active = active;
    registry.registerMetric(
      new prom.Gauge({
        name: 'celeriac_worker_tasks_active',
        help: 'Attempts whose code runs now.',
        labelNames: LABELS,
        registers: [],
        collect() {
          active.tell(this);
        },
      }),
    );
  }

  listen(events: TaskEvents): void {
    events.on('started', (event) => {
      const labels = this.of(event);
      this.received.add(labels);
      this.started.add(labels);
      this.active.add(labels);
      if (event.waited !== undefined) this.wait.observe(labels, event.waited / 1_000);
    });
    events.on('returned', (event) => {
      const labels = this.of(event);
      this.active.add(labels, -1);
      this.runtime.observe(labels, event.duration / 1_000);
    });
    events.onEach(OUTCOMES, (outcome, event) => this.end(outcome, event));
    events.onEach(Object.keys(INCIDENT_COUNTERS) as Incident[], (incident, event) =>
      this.incidents.get(incident)?.add(this.of(event)),
    );
  }

  private end(outcome: TaskOutcome, event: DeliveryEvent): void {
    const labels = this.of(event);
    // Its code did not begin.
    if (event.duration === 0) this.received.add(labels);
    this.outcomes.get(outcome)?.add(labels);
    const failures = this.failures.get(outcome);
    if (!failures) return;
    const exception = this.book.exception(labels.task, event.record?.name ?? 'none');
    failures.inc({ ...labels, exception });
  }

  private of({ task, queue }: TaskEvent): TaskLabels {
    this.changes++;
    const key = `${queue} ${task}`;
    const known = this.labels.get(key);
    if (known) return known;
    const labels = this.book.of(task, queue);
    // Names that are not told apart share a place.
    const place = `${labels.queue} ${labels.task}`;
    const shared = this.labels.get(place);
    if (shared) return shared;
    this.labels.set(place, labels);
    this.zero(labels);
    return labels;
  }

  /** What has not happened is none: without it, the first of its kind would be no increase. */
  private zero(labels: TaskLabels): void {
    for (const tally of [this.received, this.started, ...this.outcomes.values(), ...this.incidents.values()])
      tally.add(labels, 0);
  }

  private tally(name: string, help: string): Tally {
    const tally = new Tally();
    this.registry.registerMetric(
      new this.prom.Counter({
        name,
        help,
        labelNames: LABELS,
        registers: [],
        collect() {
          tally.tell(this);
        },
      }),
    );
    return tally;
  }

  private failureCounter(name: string, help: string): Counter<'task' | 'queue' | 'exception'> {
    const labelNames = [...LABELS, 'exception'] as const;
    return new this.prom.Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private distribution(name: string, help: string): Distribution {
    const distribution = new Distribution(name, help, BUCKETS);
    this.registry.registerMetric(distribution.metric);
    return distribution;
  }
}
