/** In limits and metrics, what calls in shadow go by in the place of a key; no key may be named so. */
export const SHADOW = '(shadow)';
