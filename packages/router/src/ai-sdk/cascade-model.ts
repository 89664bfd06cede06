import type { AnswerRule } from '../cascade/answer-rule.js';
import { type CascadeResult, cascade, checkAsked, vote } from '../cascade/cascade.js';
import { messageOf } from './attempt.js';
import { type CascadeCall, type CascadeMetadata, withCascade } from './cascade-metadata.js';
import { type HeldStream, readWhole, usageOf } from './held-stream.js';
import type {
  CallOptions,
  CallUsage,
  LanguageModelLike,
  StreamPart,
  StreamResult,
  TextResult,
} from './language-model.js';
import { refuse, versionOf } from './version-of.js';
import { withinTime } from './within-time.js';

/** Options of `cascadeModel` and `voteModel`. */
export interface CascadeModelOptions<Model> {
  /** The AI SDK's models, by any names. */
  readonly models: Readonly<Record<string, Model>>;
  /** Names of those that are asked first, all at once: two or more, for a vote three or more. */
  readonly ask: readonly string[];
  /** The name of the one that answers where these disagree, or too many of them fail. */
  readonly escalate: string;
  /** When answers say the same, such as `{ key: answerKeys.choice }`. */
  readonly rule: AnswerRule;
  /**
   * How long a model that is asked first may take before it counts as failed, in milliseconds.
   *
   * @default 120000
   */
  readonly answerMs?: number | undefined;
  /** Called with how each answer came about, before its stream begins. */
  readonly onSettled?: ((metadata: CascadeMetadata) => void) | undefined;
}

const STOPPED = 'Stopped: its answer no longer mattered.';
/** Ends of an answer that is not whole, and says nothing that could be compared. */
const UNFINISHED: ReadonlySet<string> = new Set([
  'length',
  'content-filter',
  'error',
  'tool-calls',
]);

/**
 * A language model for the AI SDK that asks cheap models at once, answers with the first one's words where all
 * agree, and asks a better one where they differ or one fails. See `cascade`.
 *
 * A stream begins when the answer is settled: the helpers' streams are held back, the better model's is passed
 * on as it comes. A call with tools goes to the better model alone. Answers in a form (`Output.object`) are
 * compared by the rule as well; `answerKeys.json` compares them by value.
 *
 * `usage` is the sum over all calls that ended; `providerMetadata.embedllm.cascade` names the model that answered
 * and each call (`readCascadeMetadata`).
 *
 * @throws EmbedLLMError `invalid-argument` where a name is not among `models`, the models mix versions of the
 * interface, or there are fewer than two to ask.
 *
 * @example
 * ```ts
 * const rule = { key: answerKeys.number };
 * const model = cascadeModel({
 *   models: { small: openai('gpt-4o-mini'), other: openai('gpt-4.1-mini'), large: openai('gpt-4.1') },
 *   ask: ['small', 'other'],
 *   escalate: 'large',
 *   rule,
 * });
 * const { text } = await generateText({ model, prompt: 'What is 17 * 23?' });
 * ```
 */
export function cascadeModel<
  Version extends 'v3' | 'v4',
  Options extends CallOptions,
  Generated extends TextResult,
  Part extends StreamPart,
>(
  options: CascadeModelOptions<LanguageModelLike<Version, Options, Generated, Part>>,
): LanguageModelLike<Version, Options, Generated, Part> {
  return settling('cascade', options);
}

/**
 * A language model for the AI SDK that asks three or more cheap models at once, answers as more than half of them
 * do, and asks a better one where there is no such answer. Otherwise as `cascadeModel`.
 *
 * @throws EmbedLLMError as `cascadeModel`, with fewer than three to ask.
 */
export function voteModel<
  Version extends 'v3' | 'v4',
  Options extends CallOptions,
  Generated extends TextResult,
  Part extends StreamPart,
>(
  options: CascadeModelOptions<LanguageModelLike<Version, Options, Generated, Part>>,
): LanguageModelLike<Version, Options, Generated, Part> {
  return settling('vote', options);
}

function settling<
  Version extends 'v3' | 'v4',
  Options extends CallOptions,
  Generated extends TextResult,
  Part extends StreamPart,
>(
  kind: 'cascade' | 'vote',
  options: CascadeModelOptions<LanguageModelLike<Version, Options, Generated, Part>>,
): LanguageModelLike<Version, Options, Generated, Part> {
  type Model = LanguageModelLike<Version, Options, Generated, Part>;
  const { ask, escalate, rule, answerMs = 120_000, onSettled } = options;
  const models = new Map<string, Model>(Object.entries(options.models));
  const specificationVersion = versionOf(models);
  const named = (name: string): Model => {
    const model = models.get(name);
    if (model) return model;
    const known = [...models.keys()].map((one) => JSON.stringify(one)).join(', ');
    throw refuse(`Unknown model ${JSON.stringify(name)}. \`models\` has ${known}.`);
  };
  for (const name of [...ask, escalate]) named(name);
  const method = kind === 'vote' ? vote : cascade;
  checkAsked(options, kind);

  /** Asks until an answer is settled, and notes all calls on the way. */
  async function settle<Answer>({ call, first, better, read }: Asking<Model, Options, Answer>) {
    const calls: CascadeCall[] = [];
    const running = new Set<CascadeCall>();
    const usages: CallUsage[] = [];
    const one = async (name: string, signal: AbortSignal | undefined): Promise<Answer> => {
      const record: CascadeCall = { model: name };
      calls.push(record);
      running.add(record);
      const isLast = name === escalate;
      const time = { setting: 'answerMs', ms: isLast ? undefined : answerMs, signal } as const;
      try {
        const answer = await withinTime(time, (abortSignal) =>
          (isLast ? better : first)(named(name), { ...call, abortSignal }),
        );
        const usage = read(answer)?.usage;
        if (usage) usages.push(usage);
        noteTokens(record, usage);
        return answer;
      } catch (error) {
        const isStopped = !isLast && signal?.aborted && !call.abortSignal?.aborted;
        record.error = isStopped ? STOPPED : messageOf(error);
        throw error;
      } finally {
        running.delete(record);
      }
    };
    const textOf = (answer: Answer): string => textIn(read(answer));
    const { abortSignal: signal } = call;
    signal?.throwIfAborted();
    const { answer, model, agreed, votes }: Settled<Answer> =
      (call.tools ?? []).length > 0
        ? { answer: await one(escalate, signal), model: escalate, agreed: false, votes: 0 }
        : await method({ ask, escalate, rule, call: one, textOf, signal });
    for (const record of running) record.error = STOPPED;
    const metadata: CascadeMetadata = { model, agreed, votes, calls };
    onSettled?.(metadata);
    return { answer, usages, metadata };
  }

  return {
    specificationVersion,
    provider: 'embedllm',
    modelId: kind,
    supportedUrls: {},
    async doGenerate(call) {
      const ask = async (model: Model, options: Options): Promise<Generated> =>
        await model.doGenerate(options);
      const read = (result: Generated): Generated => result;
      const { answer, usages, metadata } = await settle({ call, first: ask, better: ask, read });
      return withCascade(answer, usages, metadata);
    },
    async doStream(call) {
      const { answer, usages, metadata } = await settle<Streamed<Part>>({
        call,
        first: async (model, options) => {
          const streamed = await model.doStream(options);
          return { streamed, held: await readWhole(streamed.stream) };
        },
        better: async (model, options) => ({ streamed: await model.doStream(options) }),
        read: ({ held }) => held,
      });
      const { streamed, held } = answer;
      const end = new TransformStream<Part, Part>({
        transform(part, controller) {
          const usage = held ? undefined : usageOf(part);
          const last = metadata.calls.at(-1);
          if (last && usage) noteTokens(last, usage);
          const all = usage ? [...usages, usage] : usages;
          controller.enqueue(part.type === 'finish' ? withCascade(part, all, metadata) : part);
        },
      });
      const source = held ? streamOf(held.parts) : streamed.stream;
      return { ...streamed, stream: source.pipeThrough(end) };
    },
  };
}

/** How calls are made, and how their answers are read. */
interface Asking<Model, Options, Answer> {
  readonly call: Options;
  readonly first: (model: Model, call: Options) => Promise<Answer>;
  readonly better: (model: Model, call: Options) => Promise<Answer>;
  readonly read: (answer: Answer) => AnswerText | undefined;
}

type AnswerText = Pick<TextResult, 'content' | 'finishReason'> & Partial<Pick<TextResult, 'usage'>>;

type Settled<Answer> = Pick<CascadeResult<Answer>, 'answer' | 'model' | 'agreed' | 'votes'>;

interface Streamed<Part> {
  readonly streamed: StreamResult<Part>;
  /** Of a model that was asked first. */
  readonly held?: HeldStream<Part> | undefined;
}

function textIn(answer: AnswerText | undefined): string {
  if (!answer || UNFINISHED.has(answer.finishReason.unified)) return '';
  return answer.content.map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('');
}

function noteTokens(record: CascadeCall, usage: CallUsage | undefined): void {
  const [input, output] = [usage?.inputTokens.total, usage?.outputTokens.total];
  if (input !== undefined) record.inputTokens = input;
  if (output !== undefined) record.outputTokens = output;
}

function streamOf<Part>(parts: readonly Part[]): ReadableStream<Part> {
  return new ReadableStream<Part>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}
