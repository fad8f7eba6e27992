/** What a side of the comparison is to do, in a process of its own. */
export interface EmailOrder {
  readonly side: 'bare' | 'celeriac';
  readonly smtpPort: number;
  readonly connections: number;
  readonly messages: number;
  /** Celeriac's. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly namespace: string;
}

/** What it took. */
export interface EmailFigures {
  /** Messages per second, from the first that was asked for to the last that was sent. */
  readonly rate: number;
  /** Mean milliseconds of a message in each step; steps of different messages overlap. */
  readonly stages?: Readonly<Record<string, number>>;
}
