import type { RequestLog } from '../observe/request-log.js';

/** Something that the operator of a gateway should know. Plain JSON but for `error`. */
export interface GatewayEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly event:
    | 'listening'
    | 'learning-failed'
    | 'model-drifted'
    | 'outcomes-learnt'
    | 'reloaded'
    | 'reload-failed'
    | 'restart-needed'
    | 'request'
    | 'request-failed'
    | 'shadow-call'
    | 'shadow-budget-spent'
    | 'circuit-opened'
    | 'circuit-closed'
    | 'address-locked-out'
    | 'limits-in-memory'
    | 'limits-failed'
    | 'store-failed'
    | 'draining'
    | 'telemetry-failed'
    | 'decisions-lost'
    | 'worker-ended'
    | 'closed';
  readonly message: string;
  readonly error?: unknown;
  /** Of `request`: what there is to know of it. */
  readonly request?: RequestLog | undefined;
}

/** An answered request as an event: one line that people can read, and its fields for programs. */
export function requestEvent(request: RequestLog): GatewayEvent {
  const { method, route, status, durationMs, asked, model, client, requestId } = request;
  const chosen =
    asked === undefined ? '' : ` ${asked}${model && model !== asked ? ` -> ${model}` : ''}`;
  const cost = request.costUsd === undefined ? '' : ` $${Number(request.costUsd.toPrecision(4))}`;
  const failures = (request.failures ?? []).map(
    (failure) => `${failure.model}: ${failure.reason}${failure.status ? ` ${failure.status}` : ''}`,
  );
  const failed = failures.length === 0 ? '' : ` (failed: ${failures.join(', ')})`;
  const by = client === undefined ? '' : ` by ${client}`;
  return {
    level: status >= 500 || failures.length > 0 ? 'warn' : 'info',
    event: 'request',
    message: `${method} ${route}${chosen} ${status} ${durationMs.toFixed(0)} ms${cost}${by}${failed} ${requestId}`,
    request,
  };
}

/** An event as one line of JSON, with the fields of a request next to the event's own. */
export function formatEvent(event: GatewayEvent): string {
  const { error, request, ...rest } = event;
  const { error: _, durationMs, firstByteMs, ...fields } = request ?? {};
  const line = {
    time: new Date().toISOString(),
    ...rest,
    ...fields,
    ...(firstByteMs === undefined ? {} : { firstByteMs: tenths(firstByteMs) }),
    ...(durationMs === undefined ? {} : { durationMs: tenths(durationMs) }),
    ...(error === undefined ? {} : { error: messageOf(error) }),
  };
  return JSON.stringify(line);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Writes an event to standard error. */
export function logLine(event: GatewayEvent): void {
  process.stderr.write(`${formatEvent(event)}\n`);
}

let isGuarded = false;

/**
 * A full disk, or a reader of the log that has ended, costs lines and not the gateway: without a
 * listener the stream's error would end the process.
 */
export function surviveLostLog(): void {
  if (isGuarded) return;
  isGuarded = true;
  process.stderr.on('error', () => undefined);
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
