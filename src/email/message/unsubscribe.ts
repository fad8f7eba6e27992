/** How a recipient ends a subscription. @publicApi */
export interface UnsubscribeInput {
  /**
   * An `https:` URL that names the recipient and the list. A mail program POSTs `List-Unsubscribe=One-Click` to it, in
   * no session, and the recipient is to be unsubscribed by that alone: no login, no page that asks (RFC 8058 §3.1).
   */
  url: string;
  /** An address to write to instead, for programs that know nothing of the first. Defaults to none. */
  mailto?: string;
}

/** The same, checked. */
export interface Unsubscribe {
  readonly url: string;
  /** null: none. */
  readonly mailto: string | null;
}
