import { formatTable, percent, quantity, shareInterval } from '@embedllm/internals';

/** What a model made of the user's own questions. */
export interface OwnAnswers {
  readonly model: string;
  /** By question. */
  readonly outcomes: ReadonlyMap<number, number>;
}

/** What the user's own questions say. */
export interface OwnFindings {
  readonly models: readonly {
    readonly model: string;
    /** Own questions with a scored answer. */
    readonly asked: number;
    /** Mean outcome; left out where there is none. */
    readonly meanOutcome: number | undefined;
    /** Its 95% interval (Wilson). */
    readonly low: number;
    readonly high: number;
  }[];
  /** The model of the highest mean outcome, and those that are not surely worse. */
  readonly contenders: readonly string[];
}

/** Two-sided, by the sign test on the questions of which one model got more than the other. */
const SIGNIFICANT = 0.05;

/** Compares models on the questions that both answered. */
export function ownFindings(answers: readonly OwnAnswers[]): OwnFindings {
  const models = answers.map(({ model, outcomes }) => {
    const asked = outcomes.size;
    const sum = [...outcomes.values()].reduce((a, b) => a + b, 0);
    const { lower, upper } =
      asked === 0 ? { lower: 0, upper: 1 } : shareInterval(sum / asked, asked);
    return {
      ...{ model, asked, low: lower, high: upper },
      meanOutcome: asked === 0 ? undefined : sum / asked,
    };
  });
  const rank = (index: number): number => models[index]?.meanOutcome ?? -1;
  const order = [...models.keys()].sort((one, other) => rank(other) - rank(one));
  const [best = 0] = order;
  const contenders = order.filter(
    (index) =>
      index === best ||
      models[index]?.asked === 0 ||
      signTest(answers[best]!.outcomes, answers[index]!.outcomes) > SIGNIFICANT,
  );
  return { models, contenders: contenders.flatMap((index) => models[index]?.model ?? []) };
}

/** How likely it is that two equal models differ on as many questions, all in one direction or more. */
function signTest(one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): number {
  let [more, less] = [0, 0];
  for (const [question, outcome] of one) {
    const against = other.get(question);
    if (against === undefined || against === outcome) continue;
    if (outcome > against) more++;
    else less++;
  }
  const differing = more + less;
  let probability = 1 / 2 ** differing;
  let tail = 0;
  for (let k = 0; k <= Math.min(more, less); k++) {
    tail += probability;
    probability *= (differing - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** In sentences and a table. */
export function describeOwn({ models, contenders }: OwnFindings): string {
  const ranked = [...models].sort((a, b) => (b.meanOutcome ?? -1) - (a.meanOutcome ?? -1));
  const most = Math.max(...models.map(({ asked }) => asked));
  const first =
    contenders.length === 1
      ? `On your own ${quantity(most, 'question')}, ${contenders[0]} is better than the others.`
      : `On your own ${quantity(most, 'question')}, ${contenders.slice(0, -1).join(', ')} and ${contenders.at(-1)} are too close to call.`;
  const rows = ranked.map(({ model, asked, meanOutcome, low, high }) => [
    ...[model, String(asked), percent(meanOutcome)],
    asked === 0 ? '' : `${percent(low)} to ${percent(high)}`,
  ]);
  return `${first}\n\n${formatTable(['model', 'asked', 'right', '95% interval'], rows)}`;
}
