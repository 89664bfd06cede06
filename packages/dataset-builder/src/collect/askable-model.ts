/** JSON, as provider options are. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue | undefined };

/** A message of a call's prompt. */
export type CallMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: { type: 'text'; text: string }[] };

/** What a model is asked with: a part of the AI SDK's call options. */
export interface ModelCall {
  prompt: CallMessage[];
  maxOutputTokens?: number;
  temperature?: number;
  providerOptions?: Record<string, { [key: string]: JsonValue | undefined }>;
  abortSignal?: AbortSignal;
}

/** A count, or its parts. */
export type TokenCount =
  | number
  | undefined
  | {
      readonly total: number | undefined;
      readonly cacheRead?: number | undefined;
      readonly reasoning?: number | undefined;
    };

/** What a model answers: a part of the AI SDK's result. */
export interface ModelReply {
  readonly content: readonly { readonly type: string; readonly text?: unknown }[];
  readonly finishReason: string | { readonly unified: string };
  readonly usage: { readonly inputTokens: TokenCount; readonly outputTokens: TokenCount };
}

/**
 * What can be asked: language models of the AI SDK 6 and 7 (`LanguageModelV3`, `LanguageModelV4`) are
 * of this type, so that neither needs to be installed.
 */
export interface AskableModel {
  readonly provider: string;
  readonly modelId: string;
  /** Gives a whole answer. */
  doGenerate(call: ModelCall): PromiseLike<ModelReply>;
}
