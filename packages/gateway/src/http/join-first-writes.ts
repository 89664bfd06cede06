/** What is used of Node's `ServerResponse`. */
interface NodeResponse {
  cork(): void;
  uncork(): void;
}

/**
 * Lets the head of a stream go out together with what of it is there already, where `bindings` has Node's own
 * response: each write is a system call, and the head would be one of its own.
 */
export function joinFirstWrites(bindings: unknown): void {
  const outgoing =
    typeof bindings === 'object' && bindings !== null && 'outgoing' in bindings
      ? bindings.outgoing
      : undefined;
  if (!isNodeResponse(outgoing)) return;
  outgoing.cork();
  setImmediate(() => outgoing.uncork());
}

function isNodeResponse(value: unknown): value is NodeResponse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'cork' in value &&
    typeof value.cork === 'function' &&
    'uncork' in value &&
    typeof value.uncork === 'function'
  );
}
