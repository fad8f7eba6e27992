/** What the SMTP server of the demo is told, as its only argument, in JSON. */
export interface SinkOrders {
  readonly logFile: string;
  /** Goes down once, after so many accepted messages. */
  readonly outageAfter: number;
  readonly outageMs: number;
  /** Drops one accepted message and counts another one twice. */
  readonly sabotage: boolean;
}

/** What it reports over its IPC channel. */
export type SinkReport = { readonly state: 'up'; readonly port: number } | { readonly state: 'down' };
