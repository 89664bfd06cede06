/** A part of a message that is not text, as base64. */
export interface Attachment {
  readonly kind: 'image' | 'audio';
  /** The bytes of a PNG or a WAV file. */
  readonly data: string;
}

/** What a chat is asked with, in words that every client can be made to say. */
export interface Ask {
  readonly prompt: string;
  readonly model: string;
  readonly system?: string;
  readonly attachment?: Attachment;
  /** Offers the tool `weather`, which takes a city; its results are sent back. */
  readonly withTool?: boolean;
  /** Asks for an object that has a city. */
  readonly asObject?: boolean;
  readonly n?: number;
  readonly stop?: string;
  readonly withLogprobs?: boolean;
  readonly effort?: 'low' | 'high';
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default 0 */
  readonly maxRetries?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What the client makes of an answer. */
export interface Answered {
  /** One for each choice. */
  readonly texts: readonly string[];
  /** The pieces that a stream came in. */
  readonly pieces?: readonly string[];
  /** The cities that the tool was called with. */
  readonly cities?: readonly string[];
  /** The object, where one was asked for. */
  readonly object?: unknown;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly cachedTokens?: number | undefined;
  readonly logprob?: number | undefined;
  readonly requestId?: string | null | undefined;
  /** The model that answered, by the gateway's header. */
  readonly routedTo?: string | null | undefined;
}

/** What the client raises. */
export interface Raised {
  /** Of its class. */
  readonly name: string;
  readonly message: string;
  readonly status?: number | undefined;
  readonly code?: unknown;
}

/** A client, made to do what all are asked to. */
export interface ClientDriver {
  /** Names of the classes of its errors, by status. */
  readonly errors: Readonly<Record<400 | 401 | 402 | 404 | 429 | 502, string>>;
  chat(ask: Ask): Promise<Answered>;
  stream(ask: Ask): Promise<Answered>;
  models?(): Promise<readonly string[]>;
  model?(id: string): Promise<string>;
  embed?(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  complete?(prompt: string): Promise<string>;
  raised(error: unknown): Raised;
  close?(): Promise<void>;
}

/** Where a client finds the gateway. */
export interface ClientOptions {
  readonly baseURL: string;
  readonly apiKey: string;
}

/** What the tool says of a city. */
export const weatherOf = (city: string): string => `sun in ${city}`;

export const CITY_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const;
