import type {
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
} from '@ai-sdk/provider';
import type { Backend } from './backends.js';

/** A chat as the AI SDK takes it, and what of it was left out. */
export interface TranslatedCall {
  readonly options: LanguageModelV3CallOptions;
  /** Names of fields without which the answer is the same kind of answer. */
  readonly dropped: Set<string>;
}

/** How a stream is written. */
export interface EventOptions {
  /** The model's name until the answer says another. */
  readonly model: string;
  /** Whether the last event has the usage, where clients have to ask for it. */
  readonly hasUsage: boolean;
  /** An error within the stream, as an event. */
  readonly errorEvent: (error: unknown) => string;
}

/** A protocol of clients around the AI SDK's model of a chat. */
export interface Translation {
  /**
   * A request as a call of the AI SDK.
   *
   * @throws UntranslatableError naming the field that has no equal and would change the answer.
   */
  toCall(body: Readonly<Record<string, unknown>>, backend: Backend): TranslatedCall;
  /** An answer of the AI SDK, under the model's name where it has none of its own. */
  toAnswer(result: LanguageModelV3GenerateResult, model: string): object;
  /** A stream of the AI SDK as events; one that ends without its `finish` is left without an end. */
  toEvents(
    parts: AsyncIterable<LanguageModelV3StreamPart>,
    options: EventOptions,
  ): AsyncGenerator<string>;
}
