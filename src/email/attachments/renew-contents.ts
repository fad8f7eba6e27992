import type { PluginFunction } from 'nodemailer';
import type MimeNode from 'nodemailer/lib/mime-node';
import { isContentStream } from './content/content-stream.js';

/**
 * A plugin of nodemailer's step `stream`. Its pool sends a message over another connection when the server has closed
 * the first one meanwhile; by then it has destroyed what that one was to read.
 */
export const renewContents = ({ message }: Parameters<PluginFunction>[0], done: () => void): void => {
  const createReadStream = message.createReadStream.bind(message);
  message.createReadStream = (options) => {
    renew(message);
    return createReadStream(options);
  };
  done();
};

function renew(node: MimeNode): void {
  if (isContentStream(node.content) && node.content.destroyed) node.content = node.content.reopen();
  node.childNodes.forEach(renew);
}
