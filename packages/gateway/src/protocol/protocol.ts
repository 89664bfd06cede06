import type { InputUsage, TokenUsage } from '../costs/token-usage.js';
import type { ApiError } from '../http/api-error.js';
import type { Operation } from '../operation.js';
import type { AnswerFacts } from '../upstream/answer-facts.js';

/** A protocol in which chats are written: OpenAI's chat completions, Anthropic's Messages, OpenAI's Responses. */
export type ChatProtocol = 'chat' | 'messages' | 'responses';

/** All protocols of chats. */
export const CHAT_PROTOCOLS: readonly ChatProtocol[] = ['chat', 'messages', 'responses'];

type Fields = Readonly<Record<string, unknown>>;

/** What an event of a stream says. */
export interface EventSigns {
  /** A token, a tool call or an end has come. */
  readonly hasContent?: boolean | undefined;
  /** The choices that have come to their end. */
  readonly finished?: readonly unknown[] | undefined;
  /** The answer is whole. */
  readonly isEnd?: boolean | undefined;
  readonly error?: string | undefined;
  readonly usage?: TokenUsage | undefined;
  /** What was read, where that is counted before the answer is whole. */
  readonly read?: InputUsage | undefined;
  /** It holds nothing but the usage. */
  readonly isUsageAlone?: boolean | undefined;
}

/** Reads the events of one stream, in their order. */
export interface EventReader {
  /** @returns what it says; its facts are added to `facts`. */
  read(event: Fields, facts: AnswerFacts): EventSigns;
}

/** How something is asked of a model, how it is answered, and how errors are written. */
export interface Protocol {
  /** Unique. */
  readonly name: string;
  readonly operation: Operation;
  /** Which of an upstream's `protocols` it is; of none where every upstream may take it. */
  readonly spoken?: ChatProtocol | undefined;
  /** After an upstream's base URL. */
  readonly path: string;
  /** What people call it. */
  readonly noun: string;
  /** The member of a request that the model reads. */
  readonly input: string;
  /** The members that limit an answer; the first is the one to set. */
  readonly outputLimits: readonly string[];
  /** Further members by which an answer becomes longer or more expensive than it is counted. */
  readonly uncounted: readonly string[];
  /** Whether streams report their usage only when asked, by `stream_options`. */
  readonly asksUsage: boolean;
  /** `gen_ai.operation.name` of the semantic conventions. */
  readonly span: string;
  /** Headers of the client that the upstream gets, with what it gets where the client has none. */
  readonly passedHeaders: Readonly<Record<string, string | undefined>>;
  /** Parameters of the query that the upstream gets. */
  readonly passedQuery: readonly string[];
  /** Why this is not an answer, such as `no choices`. */
  problemOf(answer: Fields): string | undefined;
  /** Found in the beginning or end of every long answer. */
  readonly mark: RegExp;
  /** Reads the `usage` of an answer; `undefined` where it holds no numbers of tokens. */
  readUsage(value: unknown): TokenUsage | undefined;
  /** What an event of a stream adds to the text of the first choice. */
  textIn?(event: Fields): string;
  /** Adds what an answer says of itself. */
  noteFacts(facts: AnswerFacts, answer: Fields): void;
  /** Begins to read a stream. */
  openEvents(): EventReader;
  /** Events of a stream that have to be read even after its first token; matched against their JSON. */
  readonly telling: RegExp;
  /** Events that bring tokens. @default all */
  readonly tokens?: RegExp | undefined;
  /** An error as the body of an answer. */
  errorBody(error: ApiError, requestId: string): Fields;
  /** The body of such an answer as an event of a stream, without the empty line at its end. */
  errorEvent(body: Fields): string;
}
