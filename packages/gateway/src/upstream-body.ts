import type { UpstreamConfiguration } from './configuration/configuration.js';
import type { ModelConfiguration } from './configuration/model-configuration.js';
import { withMembers } from './http/json-members.js';
import type { ModelRequest } from './http/model-request.js';
import type { KeyAccount } from './limits/key-account.js';
import { outputBound } from './limits/output-bound.js';
import { effortMembers } from './protocol/effort.js';

/** A request as an upstream gets it. */
export interface UpstreamBody {
  readonly pieces: readonly Uint8Array[];
  /** The gateway asked for the `usage` of a stream, and the client did not. */
  readonly hidesUsage: boolean;
}

/**
 * The client's request as it was written, under the upstream's name of the model and with the effort of its entry. For a key whose
 * tokens or dollars are limited, an answer without a limit gets the one that was set aside for it,
 * and a stream is asked for its usage.
 */
export function upstreamBody(
  request: ModelRequest,
  model: ModelConfiguration,
  { streamUsage, maxTokensField }: UpstreamConfiguration,
  account: KeyAccount | undefined,
): UpstreamBody {
  const isMetered = account?.isMetered === true;
  const asksUsage =
    request.stream &&
    request.protocol.asksUsage &&
    (streamUsage ?? isMetered) &&
    request.streamOptions.include_usage !== true;
  const isBounded = isMetered || account?.key.limits.maxOutputTokens !== undefined;
  const bound =
    account && isBounded && request.maxTokens === undefined
      ? outputBound(account.key, model.maxOutputTokens)
      : undefined;
  const pieces = withMembers(request.source, {
    model: model.model,
    ...effortMembers(request.protocol, request.body, model),
    ...(bound === undefined ? {} : { [boundField(request, maxTokensField)]: bound }),
    ...(asksUsage ? { stream_options: { ...request.streamOptions, include_usage: true } } : {}),
  });
  return { pieces, hidesUsage: asksUsage };
}

/** The field that limits an answer. */
export function boundField(
  { protocol: { name, outputLimits } }: Pick<ModelRequest, 'protocol'>,
  maxTokensField: UpstreamConfiguration['maxTokensField'],
): string {
  return name === 'chat' ? maxTokensField : (outputLimits[0] ?? 'max_tokens');
}
