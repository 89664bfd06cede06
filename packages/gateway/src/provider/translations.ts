import { toAnthropicMessage } from './messages/to-anthropic-message.js';
import { toMessageEvents } from './messages/to-message-events.js';
import { toMessagesCall } from './messages/to-messages-call.js';
import { toResponse } from './responses/to-response.js';
import { toResponseEvents } from './responses/to-response-events.js';
import { toResponsesCall } from './responses/to-responses-call.js';
import { toCallOptions } from './to-call-options.js';
import { toChunks } from './to-chunks.js';
import { toCompletion } from './to-completion.js';
import type { Translation } from './translation.js';

/** By the names of protocols. */
export const TRANSLATIONS: ReadonlyMap<string, Translation> = new Map<string, Translation>([
  ['chat', { toCall: toCallOptions, toAnswer: toCompletion, toEvents: toChunks }],
  ['messages', { toCall: toMessagesCall, toAnswer: toAnthropicMessage, toEvents: toMessageEvents }],
  ['responses', { toCall: toResponsesCall, toAnswer: toResponse, toEvents: toResponseEvents }],
]);
