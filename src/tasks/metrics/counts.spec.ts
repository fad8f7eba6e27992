import { describe, expect, it } from 'vitest';
import { Counts } from './counts.js';

describe('counts', () => {
  it('add up by name and labels', () => {
    const counts = new Counts();
    counts.add('sent', { outcome: 'sent' });
    counts.add('sent', { outcome: 'sent' }, 2);
    counts.add('sent', { outcome: 'failed' });
    counts.add('other', {});
    expect(counts.of('sent')).toEqual([
      { name: 'sent', labels: { outcome: 'sent' }, count: 3 },
      { name: 'sent', labels: { outcome: 'failed' }, count: 1 },
    ]);
  });

  it('that are taken are received elsewhere, once', () => {
    const [child, worker] = [new Counts(), new Counts()];
    worker.add('sent', {});
    child.add('sent', {}, 2);
    worker.receive(child.take() ?? []);
    expect(child.take()).toBeUndefined();
    expect(worker.of('sent')).toEqual([{ name: 'sent', labels: {}, count: 3 }]);
  });
});
