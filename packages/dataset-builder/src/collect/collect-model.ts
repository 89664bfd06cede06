import type { AskableModel, JsonValue } from './askable-model.js';

/** A model to collect answers of, and how to ask it. */
export interface CollectModel {
  /**
   * What its answers go by in the record. Two settings of one model are two entries.
   *
   * @default the model's own name, followed by `:high` or what else the reasoning effort is
   */
  readonly name?: string | undefined;
  /**
   * A language model of the AI SDK, or a text: `openai:gpt-5-mini`, `anthropic:claude-haiku-4-5`, or
   * the address of a server that speaks the OpenAI protocol with the model's name,
   * `http://localhost:11434/v1#llama3.2`. A reasoning effort may follow: `openai:gpt-5-mini:high`.
   */
  readonly model: string | AskableModel;
  /** Such as `low` or `high`, as the model's provider calls it. @default the provider's */
  readonly reasoningEffort?: string | undefined;
  /** US dollars per million tokens read. @default 0 on this machine, else unknown */
  readonly pricePerMillionInputTokens?: number | undefined;
  /** US dollars per million tokens written. @default 0 on this machine, else unknown */
  readonly pricePerMillionOutputTokens?: number | undefined;
  /** The most tokens of an answer, hidden reasoning included. @default the run's */
  readonly maxOutputTokens?: number | undefined;
  /** @default the provider's */
  readonly temperature?: number | undefined;
  /** Options of the AI SDK's provider, by its name. @default none */
  readonly providerOptions?:
    | Readonly<Record<string, Readonly<Record<string, JsonValue | undefined>>>>
    | undefined;
  /** @default no limit */
  readonly requestsPerMinute?: number | undefined;
  /** Tokens read and written, an estimate until the answer is there. @default no limit */
  readonly tokensPerMinute?: number | undefined;
  /** Calls at a time. @default the run's */
  readonly concurrency?: number | undefined;
  /**
   * Environment variable that holds the key, of a model asked by OpenAI's protocol.
   *
   * @default the vendor's usual one, such as GROQ_API_KEY; none for an address
   */
  readonly apiKeyEnv?: string | undefined;
}

/** A model that is ready to be asked. */
export interface ResolvedModel extends CollectModel {
  readonly name: string;
  readonly model: AskableModel;
}
