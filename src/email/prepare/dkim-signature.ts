import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import type { SendMailOptions } from 'nodemailer';
import DKIM from 'nodemailer/lib/dkim';
import type { PluginFunction } from 'nodemailer/lib/mailer';
import type { DkimOptions } from '../options/dkim.js';

/** Nodemailer passes on what has a name. */
const SIGNER = 'celeriacDkim';

/** What RFC 6376 §5.4.1 names, and what RFC 8058 §4 wants under the signature besides. */
const SIGNED =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:Content-Transfer-Encoding:' +
  'In-Reply-To:References:List-Id:List-Help:List-Unsubscribe:List-Unsubscribe-Post:List-Subscribe:List-Post:' +
  'List-Owner:List-Archive';

/** Bytes of content that are signed in memory; more wait in a temporary file. */
const IN_MEMORY = 1024 * 1024;

/** The message, to be signed by {@link dkimSignatures}. */
export const signedMessage = (message: SendMailOptions, options: DkimOptions): SendMailOptions =>
  Object.assign(message, {
    [SIGNER]: new DKIM({
      ...options,
      headerFieldNames: SIGNED,
      cacheDir: tmpdir(),
      cacheTreshold: IN_MEMORY,
    }),
  });

/**
 * A plugin of nodemailer's, for its `stream` step: signs. Nodemailer's own option would sign what has passed all
 * plugins, and to do so read the whole message before the SMTP server has asked for it: the content gate would open
 * too early.
 */
export const dkimSignatures: PluginFunction<unknown> = (mail, done) => {
  const { [SIGNER]: signer } = mail.data as { [SIGNER]?: DKIM };
  if (signer) {
    mail.message.processFunc((source: Readable) => {
      const signed = signer.sign(source);
      // A source that fails before the stream is read: reading it says so again.
      signed.on('error', () => undefined);
      return signed;
    });
  }
  done();
};
