import type { RouterPool } from './router-pool.js';

const pools = new WeakMap<object, RouterPool>();

/** Remembers the pool of a router, for the parts of this package that change it from outside. */
export function keepPool(router: object, pool: RouterPool): void {
  pools.set(router, pool);
}

/** The pool of a router. */
export function poolOf(router: object): RouterPool {
  return pools.get(router) as RouterPool;
}
