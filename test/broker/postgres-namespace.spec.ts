import { expect, it } from 'vitest';
import { NamespaceTakenError } from '../../src/index.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions } from '../conformance/variant.js';

it('a schema named like the database user is refused: it would hide the tables of the application', async () => {
  const broker = brokerOptions({ broker: 'postgres', lying: false });
  const user = new URL((broker as { url: string }).url).username;
  const booting = bootApp({ broker, namespace: user }, []);
  await expect(booting).rejects.toThrow(NamespaceTakenError);
  await expect(booting).rejects.toThrow(/Choose another namespace/);
});
