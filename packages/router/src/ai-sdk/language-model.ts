/**
 * What this provider needs of the AI SDK's language model interface. Versions 3 (AI SDK 6) and 4
 * (AI SDK 7) both satisfy these types, so that one build serves both and needs neither installed.
 */

/** A message of a call's prompt. */
export interface CallPromptMessage {
  readonly role: string;
  readonly content:
    | string
    | readonly { readonly type: string; readonly text?: string | undefined }[];
}

/** The part of a call's options that routing reads; everything else is passed on to the chosen model. */
export interface CallOptions {
  readonly prompt: readonly CallPromptMessage[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly tools?: readonly unknown[] | undefined;
  readonly responseFormat?: { readonly type: string } | undefined;
}

/** The part of a call's result that routing adds to. */
export interface GenerateResult {
  providerMetadata?: Readonly<Record<string, object>> | undefined;
}

/** Tokens of a call, as far as the provider counts them. */
export interface CallUsage {
  readonly inputTokens: {
    readonly total: number | undefined;
    readonly noCache: number | undefined;
    readonly cacheRead: number | undefined;
    readonly cacheWrite: number | undefined;
  };
  readonly outputTokens: {
    readonly total: number | undefined;
    readonly text: number | undefined;
    readonly reasoning: number | undefined;
  };
}

/** The part of a call's result that is compared with those of other models. */
export interface TextResult extends GenerateResult {
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[];
  readonly finishReason: { readonly unified: string };
  readonly usage: CallUsage;
}

/** A part of a stream. */
export interface StreamPart {
  readonly type: string;
}

/** A stream of parts, with what else a version of the interface returns next to it. */
export interface StreamResult<Part> {
  stream: ReadableStream<Part>;
  request?: { body?: unknown };
  response?: { headers?: Record<string, string> };
}

/** A language model of the AI SDK: `LanguageModelV3` and `LanguageModelV4` are of this type. */
export interface LanguageModelLike<
  Version extends 'v3' | 'v4',
  Options,
  Generated,
  Part extends StreamPart,
> {
  readonly specificationVersion: Version;
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: PromiseLike<Record<string, RegExp[]>> | Record<string, RegExp[]>;
  /** Gives a whole answer. */
  doGenerate(options: Options): PromiseLike<Generated>;
  /** Gives an answer part by part. */
  doStream(options: Options): PromiseLike<StreamResult<Part>>;
}
