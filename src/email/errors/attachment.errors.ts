import { CeleriacError } from '../../tasks/index.js';

/** A file has more bytes than `attachments.maxSize` allows; nothing of it is kept. @publicApi */
export class AttachmentTooLargeError extends CeleriacError {
  constructor(
    /** In bytes. */
    readonly limit: number,
  ) {
    super(
      `The attachment has more than ${limit} bytes. Send a link to it, or raise attachments.maxSize in the options of ` +
        `EmailModule to what your SMTP server takes.`,
    );
  }
}

/** An upload lasted longer than `attachments.keepUnused`, and what it had stored was removed. @publicApi */
export class AttachmentUploadExpiredError extends CeleriacError {
  constructor() {
    super(
      'The upload of the attachment lasted longer than attachments.keepUnused, and was removed. Upload it again.',
    );
  }
}

/** The store of attachments cannot be read or written now; it may be at another time. @publicApi */
export class AttachmentStoreError extends CeleriacError {
  constructor(
    /** The store's name. */
    readonly store: string,
    doing: 'read' | 'write',
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`The store of attachments "${store}" cannot be ${doing === 'read' ? 'read' : 'written'}: ${why}`, {
      cause,
    });
  }
}

/** A store has nothing under a key. What an {@link AttachmentStore} throws from `read`. @publicApi */
export class AttachmentMissingError extends CeleriacError {
  constructor(readonly key: string) {
    super(`The store of attachments has nothing under the key ${key}.`);
  }
}

/** An attachment is lost, or not what it was when it was accepted; its message was not sent. @publicApi */
export class DamagedAttachmentError extends CeleriacError {
  constructor(
    readonly filename: string,
    problem: string,
  ) {
    super(
      `the attachment ${JSON.stringify(filename)} ${problem}. Upload the same file again, then resend the message`,
    );
  }
}
