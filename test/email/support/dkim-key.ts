import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { DkimOptions } from '../../../src/email/index.js';

/** A key of example.com, and the DNS that says so. */
export class DkimKey {
  private readonly pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

  get options(): DkimOptions {
    return {
      domainName: 'example.com',
      keySelector: 'mail2026',
      privateKey: this.pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  /** What a receiver makes of a message's signatures: `pass`, `fail`, `none`. */
  async verify(raw: string): Promise<string[]> {
    const resolver = async (name: string) => {
      if (name !== 'mail2026._domainkey.example.com') throw Object.assign(new Error(), { code: 'ENOTFOUND' });
      const key = this.pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      return [[`v=DKIM1; k=rsa; p=${key}`]];
    };
    const { results } = await dkimVerify(Buffer.from(raw), { resolver });
    return results.map(({ status }) => status.result);
  }
}
