/** What is used of Node's `ServerResponse`. */
interface NodeResponse {
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** Whether a client still waits for its answer. */
export interface ClientPresence {
  readonly isGone: boolean;
}

/**
 * Watches whether a client goes away before it has its whole answer: by Node's own response where
 * `bindings` has one, because the request's signal is dear to make.
 *
 * @param onGone - Called when it does.
 */
export function watchClient(
  request: Request,
  bindings: unknown,
  onGone: (reason: unknown) => void,
): ClientPresence {
  const outgoing =
    typeof bindings === 'object' && bindings !== null && 'outgoing' in bindings
      ? bindings.outgoing
      : undefined;
  const presence = { isGone: false };
  const leave = (reason: unknown): void => {
    presence.isGone = true;
    onGone(reason);
  };
  if (isNodeResponse(outgoing)) {
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) leave(new Error('The client disconnected.'));
    });
    return presence;
  }
  const { signal } = request;
  signal.addEventListener('abort', () => leave(signal.reason), { once: true });
  if (signal.aborted) leave(signal.reason);
  return presence;
}

function isNodeResponse(value: unknown): value is NodeResponse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'writableFinished' in value &&
    'once' in value &&
    typeof value.once === 'function'
  );
}
