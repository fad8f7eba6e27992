/** Where in a delivery a process dies. `child: …` is in the child process that runs the code. */
export const POINTS = [
  'fetched',
  'waiting for a child',
  'marked alone',
  'code',
  'child: code',
  'child: before telling',
  'child: told',
  'renewing',
  'before settling',
  'settled',
  'handing back',
  'handed back',
  'crash kept',
] as const;
export type Point = (typeof POINTS)[number];

/** How a process comes to its end, or out of step. SIGSTOP lasts longer than the lock. */
export const WEAPONS = [
  'SIGKILL',
  'exit',
  'memory',
  'late rejection',
  'busy loop',
  'never settles',
  'SIGSTOP',
  'SIGTERM',
  'SIGTERM twice',
] as const;
export type Weapon = (typeof WEAPONS)[number];

/** How workers run calls: on their event loop, with and without child processes for suspects, or all in children. */
export const POOLS = ['async', 'async, no app', 'prefork'] as const;
export type Pool = (typeof POOLS)[number];

/** The points a delivery passes in a pool. */
export function pointsOf(pool: Pool): Point[] {
  const absent: Record<Pool, (point: Point) => boolean> = {
    async: (point) => point === 'marked alone',
    'async, no app': (point) => point === 'waiting for a child' || point.startsWith('child: '),
    prefork: (point) => point === 'marked alone' || point === 'code',
  };
  return POINTS.filter((point) => !absent[pool](point));
}
