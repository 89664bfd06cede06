export { type AttemptRecord, isWorthFallback } from './ai-sdk/attempt.js';
export { type EmbedLLMMetadata, readEmbedLLMMetadata } from './ai-sdk/decision-metadata.js';
export { type EmbedLLMProvider, embedllm } from './ai-sdk/embedllm.js';
export type {
  CallOptions,
  CallPromptMessage,
  GenerateResult,
  LanguageModelLike,
  StreamPart,
  StreamResult,
} from './ai-sdk/language-model.js';
export type { EmbedLLMOptions, FallbackEvent } from './ai-sdk/options.js';
