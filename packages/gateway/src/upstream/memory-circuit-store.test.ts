import { describe, expect, it } from 'vitest';
import type { CircuitNews } from './circuit-store.js';
import { MemoryCircuitStore } from './memory-circuit-store.js';

const NEWS = { upstream: 'local', model: 'lawyer' };

describe('MemoryCircuitStore', () => {
  it('passes on what one member tells to the others that are left', () => {
    const store = new MemoryCircuitStore();
    const heard: CircuitNews[][] = [[], [], []];
    const [first, second] = heard.map((list) => store.join((news) => list.push(news)));
    first?.tell({ ...NEWS, state: 'open', forMs: 10 });
    second?.leave();
    second?.tell({ ...NEWS, state: 'closed', forMs: 0 });
    first?.tell({ ...NEWS, state: 'closed', forMs: 0 });
    expect(heard.map((list) => list.map(({ state }) => state))).toEqual([
      [],
      ['open'],
      ['open', 'closed'],
    ]);
  });

  it('tells a new member what lasts still, and for how long', () => {
    let now = 0;
    const store = new MemoryCircuitStore({ now: () => now });
    const { tell } = store.join(() => undefined);
    tell({ ...NEWS, state: 'open', forMs: 100 });
    tell({ ...NEWS, state: 'resting', forMs: 50 });
    tell({ ...NEWS, model: 'healed', state: 'open', forMs: 100 });
    tell({ ...NEWS, model: 'healed', state: 'closed', forMs: 0 });
    now = 60;
    const heard: CircuitNews[] = [];
    store.join((news) => heard.push(news));
    expect(heard).toEqual([{ ...NEWS, state: 'open', forMs: 40 }]);
  });
});
