import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LimitClaim, LimitStore } from '../src/index.js';

/** Makes a store whose time is `now`. */
export type MakeLimitStore = (options: { readonly now: () => number }) => Promise<LimitStore>;

/** What every `LimitStore` has to do, whatever keeps it. */
export function describeLimitStore(name: string, make: MakeLimitStore): void {
  describe(name, () => {
    let now: number;
    let store: LimitStore;
    let ids = 0;
    beforeEach(async () => {
      now = Date.UTC(2026, 0, 31, 23, 59, 30);
      store = await make({ now: () => now });
    });
    afterEach(() => store.close());
    const id = () => `${ids++}`;
    const dollars = (claim: Partial<LimitClaim> = {}): LimitClaim => ({
      name: 'app/dollars',
      window: 'day',
      limit: 10,
      amount: 1,
      ...claim,
    });
    const used = async ({ name, window }: LimitClaim = dollars()) =>
      (await store.read([{ name, window }]))[0];

    it('sets aside up to the limit, and says where the counter stands', async () => {
      const first = await store.reserve({ id: id(), claims: [dollars({ amount: 10 })] });
      expect(first).toEqual({
        isReserved: true,
        counts: [{ name: 'app/dollars', window: 'day', used: 0, reserved: 10, resetMs: 30_000 }],
      });
      const second = await store.reserve({ id: id(), claims: [dollars()] });
      expect(second.isReserved).toBe(false);
      expect(second.counts[0]).toMatchObject({ reserved: 10 });
    });

    it('grants no more than the limit, however many ask at once', async () => {
      const decisions = await Promise.all(
        Array.from({ length: 300 }, () => store.reserve({ id: id(), claims: [dollars()] })),
      );
      expect(decisions.filter(({ isReserved }) => isReserved)).toHaveLength(10);
      expect(await used()).toMatchObject({ used: 0, reserved: 10 });
    });

    it('sets aside all claims or none', async () => {
      const claims = [dollars(), dollars({ name: 'app/tokens', limit: 5, amount: 6 })];
      const { isReserved, counts } = await store.reserve({ id: id(), claims });
      expect(isReserved).toBe(false);
      expect(counts.map(({ reserved }) => reserved)).toEqual([0, 0]);
      expect(await used()).toMatchObject({ reserved: 0 });
    });

    it('replaces what was reserved by what was used, once, be it more or less', async () => {
      const [a, b] = [id(), id()];
      await store.reserve({ id: a, claims: [dollars({ amount: 4 })] });
      await store.reserve({ id: b, claims: [dollars({ amount: 4 })] });
      await store.settle({ id: a, amounts: [1] });
      await store.settle({ id: a, amounts: [1] });
      expect(await used()).toMatchObject({ used: 1, reserved: 4 });
      await store.settle({ id: b, amounts: [20] });
      expect(await used()).toMatchObject({ used: 21, reserved: 0 });
      const { isReserved } = await store.reserve({ id: id(), claims: [dollars({ amount: 0 })] });
      expect(isReserved).toBe(false);
      await store.settle({ id: 'unknown', amounts: [5] });
      expect(await used()).toMatchObject({ used: 21 });
    });

    it('counts each window by itself, from its full minute, hour, day or month of UTC', async () => {
      const windows = ['minute', 'hour', 'day', 'month'] as const;
      const claims = windows.map((window) => dollars({ window, amount: 2 }));
      const first = id();
      await store.reserve({ id: first, claims });
      await store.settle({ id: first, amounts: [1, 2, 3, 4] });
      now = Date.UTC(2026, 1, 1);
      for (const claim of claims) expect(await used(claim)).toMatchObject({ used: 0, reserved: 0 });
      await store.reserve({ id: id(), claims });
      now = Date.UTC(2026, 1, 28, 23);
      const counts = await store.read(claims);
      expect(counts.map(({ reserved }) => reserved)).toEqual([0, 0, 0, 2]);
      expect(counts.map(({ resetMs }) => resetMs)).toEqual([
        60_000, 3_600_000, 3_600_000, 3_600_000,
      ]);
    });

    it('settles in the window of the reservation, even after it has ended', async () => {
      const late = id();
      await store.reserve({ id: late, claims: [dollars({ amount: 5 })] });
      now += 60_000;
      expect(await used()).toMatchObject({ used: 0, reserved: 0 });
      await store.settle({ id: late, amounts: [5] });
      expect(await used()).toMatchObject({ used: 0, reserved: 0 });
    });

    it('forgives nothing when the clock is set back', async () => {
      now = Date.UTC(2026, 1, 1);
      await store.reserve({ id: id(), claims: [dollars({ amount: 10 })] });
      now -= 3_600_000;
      expect((await store.reserve({ id: id(), claims: [dollars()] })).isReserved).toBe(false);
    });
  });
}
