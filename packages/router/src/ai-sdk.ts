export { type AttemptRecord, isWorthFallback } from './ai-sdk/attempt.js';
export {
  type CascadeCall,
  type CascadeMetadata,
  readCascadeMetadata,
} from './ai-sdk/cascade-metadata.js';
export { type CascadeModelOptions, cascadeModel, voteModel } from './ai-sdk/cascade-model.js';
export { type EmbedLLMMetadata, readEmbedLLMMetadata } from './ai-sdk/decision-metadata.js';
export { type EmbedLLMProvider, embedllm } from './ai-sdk/embedllm.js';
export type {
  CallOptions,
  CallPromptMessage,
  CallUsage,
  GenerateResult,
  LanguageModelLike,
  StreamPart,
  StreamResult,
  TextResult,
} from './ai-sdk/language-model.js';
export type { EmbedLLMOptions, FallbackEvent } from './ai-sdk/options.js';
