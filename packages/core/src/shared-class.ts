/**
 * Makes `instanceof` hold between copies of this package. Two packages that depend on two versions of
 * core have npm install it twice; the marker comes from the global symbol registry, which they share.
 * Classes below a shared one keep the usual meaning unless they are shared themselves.
 */
export function shareClass(shared: { readonly prototype: object }, name: string): void {
  const marker = Symbol.for(`@embedllm/core/${name}`);
  Object.defineProperty(shared.prototype, marker, { value: true });
  Object.defineProperty(shared, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      return this === shared
        ? typeof value === 'object' && value !== null && marker in value
        : Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
}
