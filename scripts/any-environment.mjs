/** An environment in which every variable is set, to a text that is long enough for a key. */
export const anyEnvironment = new Proxy(
  {},
  {
    get: (_, name) => `key-of-12-${String(name)}`,
    getOwnPropertyDescriptor: () => ({ value: '', configurable: true, enumerable: true }),
  },
);
