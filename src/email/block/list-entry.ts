/** An entry of the allow or the deny list. @publicApi */
export interface BlockListEntry {
  /** `a@example.com`, `@example.com`, or with wildcards: `*@*.example.com`. */
  readonly pattern: string;
  readonly list: 'allow' | 'deny';
  readonly reason: string | null;
}
