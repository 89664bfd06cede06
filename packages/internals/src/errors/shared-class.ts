/**
 * What `instanceof` means of a class: whether the value carries its marker, in whichever copy of the
 * package it was made. Packages that depend on two versions of core have npm install it twice.
 *
 * @param asked - The class that `instanceof` names: the shared one, or one below it, which has the
 * usual meaning.
 */
export function isShared(asked: object, shared: object, marker: string, value: unknown): boolean {
  if (asked !== shared) return Function.prototype[Symbol.hasInstance].call(asked, value);
  return typeof value === 'object' && value !== null && marker in value;
}
