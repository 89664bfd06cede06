import type { UpstreamConfiguration } from '../configuration/configuration.js';
import type { ModelConfiguration } from '../configuration/model-configuration.js';
import type { ChatRequest } from '../http/chat-request.js';
import { withMembers } from '../http/json-members.js';
import { effortMembers } from '../protocol/effort.js';
import { boundField } from '../upstream-body.js';

/** The most tokens of an answer where neither the request nor `models.*.maxOutputTokens` says. */
const MOST_TOKENS = 4096;

/** The most tokens that an answer in shadow may have. */
export function shadowTokens(
  { maxTokens }: Pick<ChatRequest, 'maxTokens'>,
  { maxOutputTokens }: Pick<ModelConfiguration, 'maxOutputTokens'>,
): number {
  return Math.min(maxTokens ?? MOST_TOKENS, maxOutputTokens ?? Number.POSITIVE_INFINITY);
}

/** A client's request for another model: bounded, in one piece, and kept by no upstream. */
export function shadowBody(
  request: ChatRequest,
  model: ModelConfiguration,
  { maxTokensField }: Pick<UpstreamConfiguration, 'maxTokensField'>,
): Uint8Array[] {
  const { protocol, body, maxTokens } = request;
  const isGiven = (name: string): boolean => body[name] !== undefined && body[name] !== null;
  // Responses are kept unless the request says otherwise.
  const isKept = protocol.spoken === 'responses' || isGiven('store');
  return withMembers(request.source, {
    model: model.model,
    ...effortMembers(protocol, body, model),
    ...(maxTokens === undefined
      ? { [boundField(request, maxTokensField)]: shadowTokens(request, model) }
      : {}),
    ...(isGiven('stream') ? { stream: false } : {}),
    ...(isGiven('stream_options') ? { stream_options: null } : {}),
    ...(isKept ? { store: false } : {}),
  });
}
