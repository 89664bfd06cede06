import type { ModelInfo } from '@embedllm/core';
import { formatTable, percent, quantity } from '@embedllm/internals';
import type { PredictedAccuracies, PredictedAccuracy } from '@embedllm/router/learning';
import { describeOwn, type OwnFindings } from './own-findings.js';

/** What is known after asking. */
export interface InitFindings {
  readonly questions: number;
  /** What the questions are, such as `MMLU-Pro (fourteen academic subjects)`. */
  readonly about: string;
  readonly models: readonly (PredictedAccuracy & {
    readonly asked: number;
    /** Mean outcome of its answers to the questions that were chosen. */
    readonly meanOutcome: number | undefined;
    /** US dollars that a thousand such answers cost. */
    readonly costPerThousand: number | undefined;
  })[];
  readonly routing: PredictedAccuracies['routing'];
  /** Models that are not surely worse than the best one. */
  readonly contenders: readonly string[];
  /** What the user's own questions say, where there are any. */
  readonly own?: OwnFindings | undefined;
}

/** Below this probability of being the best, a model is not among those that may be. */
const CONTENDER = 0.05;

/** Puts together what was predicted, and what was asked and paid. */
export function findingsOf(
  predicted: PredictedAccuracies,
  known: {
    readonly questions: number;
    readonly about: string;
    readonly models: readonly {
      readonly info: ModelInfo;
      readonly outcomes: readonly number[];
      /** Means of an answer. */
      readonly inputTokens: number;
      readonly outputTokens: number;
    }[];
    readonly own?: OwnFindings | undefined;
  },
): InitFindings {
  const models = predicted.models.map((model, index) => {
    const { info, outcomes, inputTokens, outputTokens } = known.models[index]!;
    const asked = outcomes.length;
    const { pricePerMillionInputTokens: read, pricePerMillionOutputTokens: written } = info;
    return {
      ...model,
      asked,
      meanOutcome: asked === 0 ? undefined : outcomes.reduce((a, b) => a + b, 0) / asked,
      costPerThousand:
        read === undefined || written === undefined || asked === 0
          ? undefined
          : (read * inputTokens + written * outputTokens) / 1000,
    };
  });
  return {
    questions: known.questions,
    about: known.about,
    models,
    routing: predicted.routing,
    own: known.own,
    contenders: [...models]
      .filter(({ probabilityBest }) => probabilityBest >= CONTENDER)
      .sort((a, b) => b.probabilityBest - a.probabilityBest)
      .map(({ model }) => model),
  };
}

/** The findings in sentences and a table, as Markdown that reads well in a terminal. */
export function describeFindings({
  questions,
  about,
  models,
  routing,
  contenders,
  own,
}: InitFindings): string {
  const ranked = [...models].sort((a, b) => b.accuracy - a.accuracy);
  const [best] = ranked;
  const byName = new Map(models.map((model) => [model.model, model]));
  const first =
    contenders.length === 1
      ? `On questions like these, ${contenders[0]} is the best of your models (probability ${percent(byName.get(contenders[0]!)?.probabilityBest)}).`
      : `On questions like these, ${listing(contenders)} are too close to call: any of them may be the best.`;
  const { lessBest } = routing;
  const pays =
    lessBest.low > 0
      ? `Routing each question to the model most likely to be right is expected to beat always using ${best?.model}, by ${points(lessBest)}.`
      : `These answers do not show that routing by accuracy beats always using ${best?.model}: expected ${points(lessBest)}.`;
  const rows = ranked.map((model) => [
    model.model,
    String(model.asked),
    percent(model.meanOutcome),
    percent(model.accuracy),
    `${percent(model.low)} to ${percent(model.high)}`,
    percent(model.probabilityBest),
    model.costPerThousand === undefined ? '' : `$${model.costPerThousand.toFixed(2)}`,
  ]);
  return [
    first,
    ...saving(ranked, contenders),
    pays,
    '',
    formatTable(
      ['model', 'asked', 'right', 'accuracy', '95% interval', 'best', '1,000 answers'],
      rows,
    ),
    '',
    `"accuracy" is the expected accuracy on all ${quantity(questions, 'question')} of ${about}; "right" is the share right among those asked. All models answered the same questions, so compare the rows.`,
    ...(own === undefined ? [] : ['', describeOwn(own)]),
    '',
    `Nothing is known about other kinds of questions. ${own === undefined ? 'Pass your own questions with --questions, or collect' : 'Collect'} answers to your own prompts with \`embedllm collect\`, before you rely on this for them.`,
  ].join('\n');
}

/** The cheapest model that may be the best, where another is more expensive. */
function saving(ranked: InitFindings['models'], contenders: readonly string[]): string[] {
  const priced = ranked.filter(
    ({ model, costPerThousand }) => contenders.includes(model) && costPerThousand !== undefined,
  );
  const [best] = ranked;
  const cheapest = priced.reduce<(typeof priced)[number] | undefined>(
    (a, b) => (a && a.costPerThousand! <= b.costPerThousand! ? a : b),
    undefined,
  );
  if (!cheapest || !best?.costPerThousand || cheapest.model === best.model) return [];
  const share = cheapest.costPerThousand! / best.costPerThousand;
  return share >= 1
    ? []
    : [
        `The cheapest of these is ${cheapest.model}, at ${percent(share)} of the cost of ${best.model}.`,
      ];
}

function points({ accuracy, low, high }: PredictedAccuracies['routing']['lessBest']): string {
  const one = (value: number): string => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`;
  return `${one(accuracy)} points (${one(low)} to ${one(high)})`;
}

function listing(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
