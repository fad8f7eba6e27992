/** News for people, a line each. */
export interface Notice {
  /** `2 things are down` */
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * Where news goes: a chat, a pager, a mailbox.
 *
 * @publicApi
 */
export interface NotificationChannel {
  /** Done when it is taken; what it throws has it sent again later. @param signal nobody waits any longer */
  send(notice: Notice, signal: AbortSignal): Promise<void>;
}
