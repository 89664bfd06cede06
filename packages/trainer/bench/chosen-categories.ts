import { meanSquare } from '../src/categories/mean-square.js';
import {
  type CategoryTraining,
  type Estimator,
  type FitTask,
  trainWithCategories,
} from '../src/index.js';

const STRENGTHS = [0.3, 1, 3];
/** What ridges are in units of: the length of the text's embedding, or with its indicators. */
const UNITS = ['text', 'whole'] as const;

/** A training with the strength and the unit of the ridges that it was made with. */
export interface Choice {
  readonly strength: number;
  readonly unit: (typeof UNITS)[number];
  readonly training: CategoryTraining;
}

/** `directWithCategories` with strength and unit of the ridges chosen on validation too. */
export interface ChosenCategories {
  /** Categories known, and inferred: of one training. */
  readonly estimators: readonly Estimator[];
  /** One for each split so far. */
  readonly choices: readonly Choice[];
}

/** Of the strengths 0.3, 1 and 3 and two units that with the least validation log loss. */
export function chosenCategories(): ChosenCategories {
  const choices: Choice[] = [];
  let latest: { task: FitTask; choice: Choice } | undefined;
  const choose = async (task: FitTask): Promise<Choice> => {
    if (latest?.task.train === task.train) return latest.choice;
    const choice = await fitBest(task);
    latest = { task, choice };
    choices.push(choice);
    return choice;
  };
  const estimators = (['known', 'inferred'] as const).map((use): Estimator => {
    const name = `direct, categories ${use}, strength and unit chosen`;
    return {
      name,
      fit: async (task) => {
        const { model, indicators } = (await choose(task)).training;
        return {
          name,
          predictProbabilities: async (embeddings, context) => {
            const known = context?.categories?.map((category) =>
              indicators.has(category) ? category : undefined,
            );
            if (use === 'known' && !known) throw new Error('The categories are not given.');
            const vectors = indicators.append(embeddings, use === 'known' ? known : undefined);
            return model.predictProbabilities(vectors);
          },
        };
      },
    };
  });
  return { estimators, choices };
}

async function fitBest({ train, validation, engine }: FitTask): Promise<Choice> {
  const text = meanSquare(train.embeddings);
  let best: Choice | undefined;
  for (const strength of STRENGTHS) {
    for (const unit of UNITS) {
      // Indicators of this strength are that many times as long as the text, in mean square.
      const ridgeUnit = unit === 'text' ? text : (1 + strength) * text;
      const settings = { train, validation, engine, strength, ridgeUnit };
      const training = await trainWithCategories(settings);
      const isBetter = !best || lossOf(training) < lossOf(best.training);
      if (isBetter) best = { strength, unit, training };
    }
  }
  if (!best) throw new Error('There is nothing to choose from.');
  return best;
}

function lossOf({ chosen }: CategoryTraining): number {
  return chosen.validationLogLoss ?? Number.POSITIVE_INFINITY;
}
