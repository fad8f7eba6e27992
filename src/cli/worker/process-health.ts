import type { INestApplicationContext } from '@nestjs/common';

/** In a worker process: what HealthModule sees from here. Empty: the application does not import it. */
export async function seenFrom(app: INestApplicationContext): Promise<readonly unknown[]> {
  try {
    // An application without the module has not installed what it needs either.
    const { HealthIndicators } = await import('../../health/index.js');
    return await app.get(HealthIndicators, { strict: false }).all('tasks', true);
  } catch {
    return [];
  }
}
