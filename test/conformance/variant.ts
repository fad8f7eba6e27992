import { randomBytes } from 'node:crypto';
import type { BrokerOptions } from '../../src/index.js';

/** A broker, honest or lying, that the conformance suite runs on. */
export interface Variant {
  readonly broker: 'redis' | 'postgres';
  /** Operations of the store fail before they act, act and then fail, or take their time. */
  readonly lying: boolean;
}

export const title = ({ broker, lying }: Variant): string => (lying ? `lying ${broker}` : broker);

export function brokerOptions({ broker }: Variant): BrokerOptions {
  const url = process.env[broker === 'redis' ? 'REDIS_URL' : 'DATABASE_URL'];
  if (!url) throw new Error('test/support/services.ts starts what the suites need');
  return { type: broker, url };
}

export const newNamespace = (): string => `test_${randomBytes(6).toString('hex')}`;
