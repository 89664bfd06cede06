/** The class of responses that `bindings` has for the runtime, or the global one. */
export function responseClass(bindings: unknown): typeof Response {
  if (typeof bindings !== 'object' || bindings === null || !('Response' in bindings))
    return Response;
  return isResponseClass(bindings.Response) ? bindings.Response : Response;
}

function isResponseClass(value: unknown): value is typeof Response {
  return typeof value === 'function' && value.prototype instanceof Response;
}
