import type { BrokerOptions } from '../../../src/index.js';
import { brokerOptions } from '../../conformance/variant.js';

/** Tasks in the database of the messages, or on the Redis of the suites. */
export const brokerOf = (kind: 'redis' | 'postgres', databaseUrl: string): BrokerOptions =>
  kind === 'postgres'
    ? { type: 'postgres', url: databaseUrl }
    : brokerOptions({ broker: kind, lying: false });
