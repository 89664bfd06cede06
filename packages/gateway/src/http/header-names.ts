/**
 * The names of a request's headers, in lower case: from Node's own request where `bindings` has one,
 * because to iterate over web headers is to copy them all.
 */
export function headerNames(request: Request, bindings: unknown): readonly string[] {
  if (typeof bindings === 'object' && bindings !== null && 'incoming' in bindings) {
    const { incoming } = bindings;
    if (typeof incoming === 'object' && incoming !== null && 'headers' in incoming) {
      return Object.keys(Object(incoming.headers));
    }
  }
  return [...request.headers.keys()];
}
