/** The injection token of the store that the module's options name. */
export const ATTACHMENT_STORE = Symbol('celeriac:attachment-store');

/**
 * Where the bytes of attachments are: `'database'`, a directory, or an implementation of this by the application,
 * such as a bucket of an object store.
 *
 * A key is a UUID that this package made; it is used for one upload and never again. Which keys are complete, which
 * content they hold, and which are to be removed stands in the database: a store has nothing to remember.
 *
 * @publicApi
 */
export interface AttachmentStore {
  /** Stands in the rows of what it holds: keep it, for a store of another name is not asked for them. */
  readonly name: string;

  /**
   * Writes all bytes under a new key, and resolves when they would survive a crash. If it rejects, or its process
   * dies, whatever was written is deleted later.
   */
  write(key: string, content: AsyncIterable<Buffer>): Promise<void>;

  /**
   * The bytes that were written under a key, from the first.
   *
   * @throws {@link AttachmentMissingError} if there are none: the message fails for good. After any other error it is
   * tried again later.
   */
  read(key: string): AsyncIterable<Uint8Array>;

  /** Removes what was written under a key, or a part of it. There may be nothing. */
  delete(key: string): Promise<void>;
}
