import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { AddressLockout } from '../gateway.js';
import type { StoreFailure } from '../guarded-stores.js';
import type { RequestLog } from '../observe/request-log.js';
import type { ModelDrift } from '../outcomes/take-outcome.js';
import type { ShadowCall } from '../shadow/shadow-calls.js';
import type { CircuitChange } from '../upstream/upstream.js';
import { type GatewayEvent, messageOf, requestEvent } from './log-line.js';

/** Makes events of what happens as requests are answered. */
export function logTraffic(
  log: (event: GatewayEvent) => void,
  settings: () => GatewayConfiguration['log'],
): {
  readonly onRequest: (entry: RequestLog) => void;
  readonly onCircuitChange: (change: CircuitChange) => void;
  readonly onLockout: (lockout: AddressLockout) => void;
  readonly onStoreFailure: (failure: StoreFailure) => void;
  readonly onShadowCall: (call: ShadowCall) => void;
  readonly onDrift: (drift: ModelDrift) => void;
  readonly onLearningFailure: (error: unknown) => void;
} {
  return {
    onRequest: (entry) => {
      const isHealth = !entry.route.startsWith('/v1/') && entry.status < 400;
      if (settings().requests && !isHealth) log(requestEvent(entry));
      if (entry.error === undefined) return;
      const message = `${entry.method} ${entry.route} failed (request ${entry.requestId}).`;
      log({ level: 'error', event: 'request-failed', message, error: entry.error });
    },
    onCircuitChange: ({ upstream, model, state }) => {
      const isOpen = state === 'open';
      const message = isOpen
        ? `${model} fails too often at upstream ${upstream} and is skipped for now (circuit open).`
        : `${model} works again at upstream ${upstream}.`;
      const event = isOpen ? 'circuit-opened' : 'circuit-closed';
      log({ level: isOpen ? 'warn' : 'info', event, message });
    },
    onLockout: ({ address, lockMs }) => {
      const message = `${address} tried many invalid keys and is locked out for ${lockMs} ms.`;
      log({ level: 'warn', event: 'address-locked-out', message });
    },
    onStoreFailure: ({ store, error }) => {
      const message = `The ${store} store failed. ${messageOf(error)}`;
      log({ level: 'error', event: 'store-failed', message, error });
    },
    onShadowCall: ({ model, requestId, result, durationMs = 0, costUsd }) => {
      if (result === 'budget') {
        const message = `The budget of routing.shadow.ask has no room for another call of ${model} for now.`;
        log({ level: 'info', event: 'shadow-budget-spent', message });
        return;
      }
      if (!settings().requests) return;
      const cost = costUsd === undefined ? '' : ` $${Number(costUsd.toPrecision(4))}`;
      const message = `shadow ${model} ${result} ${durationMs.toFixed(0)} ms${cost} ${requestId}`;
      log({ level: result === 'failed' ? 'warn' : 'info', event: 'shadow-call', message });
    },
    onDrift: ({ model, shift }) => {
      const message = `${model} answers ${shift < 0 ? 'worse' : 'better'} than the router predicted; relearning it.`;
      log({ level: 'warn', event: 'model-drifted', message });
    },
    onLearningFailure: (error) => {
      const message = `An outcome was recorded, but could not be learned from or passed on. ${messageOf(error)}`;
      log({ level: 'error', event: 'learning-failed', message, error });
    },
  };
}
