import { EmbedLLMError, type ModelInfo } from '@embedllm/core';
import type { ChatMessage } from './chat-message.js';

/** What of a request says which capabilities a model needs. */
export interface CapabilityRequest {
  /** In the form of the AI SDK's prompts or of OpenAI's messages. */
  readonly messages: readonly ChatMessage[];
  /** Functions that the model may call. */
  readonly tools?: readonly unknown[] | undefined;
  /** Form of the answer: any `type` but `text` asks for JSON. */
  readonly responseFormat?: { readonly type?: string | undefined } | undefined;
}

/** By the kind of a media type, such as `image/png`. */
const OF_MEDIA: Readonly<Record<string, string>> = {
  image: 'vision',
  audio: 'audio',
  video: 'video',
  application: 'files',
};

/**
 * The capabilities that a request needs: `vision`, `audio`, `video` and `files` by the parts of its
 * messages, `tools`, and `json` for an answer in a given form.
 */
export function neededCapabilities(request: CapabilityRequest): string[] {
  const needed = new Set<string>();
  for (const { content } of request.messages) {
    if (typeof content === 'string') continue;
    for (const part of content ?? []) {
      const capability = capabilityOf(part);
      if (capability !== undefined) needed.add(capability);
    }
  }
  if (request.tools && request.tools.length > 0) needed.add('tools');
  const { type } = request.responseFormat ?? {};
  if (type !== undefined && type !== 'text') needed.add('json');
  return [...needed];
}

function capabilityOf(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null || !('type' in part)) return undefined;
  if (part.type === 'image' || part.type === 'image_url') return 'vision';
  if (part.type === 'input_audio') return 'audio';
  if (part.type !== 'file') return undefined;
  const media = 'mediaType' in part && typeof part.mediaType === 'string' ? part.mediaType : '';
  return media.startsWith('text/') ? undefined : (OF_MEDIA[media.split('/')[0] ?? ''] ?? 'files');
}

/**
 * The models that have the capabilities. One that no model of the list is known to have is passed
 * over: the pool does not speak of it. Otherwise what a model does not say counts as lacking.
 *
 * @throws EmbedLLMError `no-candidate` when each capability is there but no model has all of them.
 */
export function havingCapabilities(
  models: readonly ModelInfo[],
  needed: readonly string[],
): readonly ModelInfo[] {
  const has = ({ capabilities }: ModelInfo, name: string): boolean =>
    capabilities?.includes(name) === true;
  const known = needed.filter((name) => models.some((model) => has(model, name)));
  const able = models.filter((model) => known.every((name) => has(model, name)));
  if (able.length > 0 || models.length === 0) return able;
  throw new EmbedLLMError(
    `The request needs ${known.join(' and ')}, but none of the ${models.length} models supports all of it.`,
    { code: 'no-candidate' },
  );
}
