import type { DataSource } from 'typeorm';
import type { BrokerOptions } from '../../tasks/index.js';

const DEFAULT_PORT = '5432';

/** Whether broker and application stand on one database server: they go down together, and for one cause. */
export function sharesServer(broker: BrokerOptions, { options }: Pick<DataSource, 'options'>): boolean {
  if (broker.type !== 'postgres' || options.type !== 'postgres') return false;
  const { url, host, port } = options;
  const own = url === undefined ? `${host ?? 'localhost'}:${port ?? DEFAULT_PORT}` : placeOf(url);
  return own === placeOf(broker.url);
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { hostname, port, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? hostname}:${port || DEFAULT_PORT}`;
}
