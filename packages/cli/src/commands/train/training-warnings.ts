import type { CorrectnessMatrix, ModelInfo, Question, TrainingWarning } from '@embedllm/core';
import type { CalibrationRecord } from '@embedllm/core/calibration';
import { count, percent, quantity } from '@embedllm/internals';
import type { CategorizedSet, Interval } from '@embedllm/trainer';
import { listed } from '../../output/listed.js';
import { coverageGaps } from './coverage-gaps.js';

/** What `trainingWarnings` looks at. */
export interface TrainedData {
  readonly questions: readonly Question[];
  readonly models: readonly ModelInfo[];
  readonly train: CategorizedSet;
  readonly validation: CategorizedSet | undefined;
  readonly calibrate: CalibrationRecord['method'] | undefined;
  /** Log loss less that of the model means. */
  readonly lessModelMeans: (Interval & { readonly questions: number }) | undefined;
}

/** With fewer, a model's accuracy is known to 10 points at best (95% interval). */
const MINIMUM_TRAINING = 100;
/** With fewer, an accuracy on them is known to 18 points at best. */
const MINIMUM_VALIDATION = 30;
/** Labels that a calibration needs: one or two numbers a model, or steps of any shape. */
const MINIMUM_CALIBRATION = { temperature: 100, platt: 200, isotonic: 1000 } as const;

/** What limits the worth of a training, most serious first. */
export function trainingWarnings(data: TrainedData): TrainingWarning[] {
  const { train, models, questions } = data;
  const found: [code: string, message: string | undefined][] = [
    ['constant-labels', constantLabels(train.correctness)],
    ['constant-models', constantModels(train.correctness)],
    ['single-model', models.length === 1 ? onlyModel(models) : undefined],
    ['few-questions', fewQuestions(data)],
    ['no-better-than-means', noBetter(data)],
    ['coverage-gaps', coverageGaps(train)],
    ['few-calibration-labels', fewCalibrationLabels(data)],
    ['questions-without-text', withoutText(questions)],
    ['missing-prices', missingPrices(models)],
    ['missing-answer-lengths', missingLengths(models)],
  ];
  return found.flatMap(([code, message]) => (message === undefined ? [] : [{ code, message }]));
}

function constantLabels(correctness: CorrectnessMatrix): string | undefined {
  const [first, ...others] = new Set(rates(correctness).filter((rate) => rate !== undefined));
  if (others.length > 0 || (first !== 0 && first !== 1)) return undefined;
  const which = first === 1 ? 'right' : 'wrong';
  return `All training labels are ${first}: every model is ${which} on every question. Models and questions cannot be distinguished, and probabilities near ${first === 1 ? '100%' : '0%'} only repeat this. Check the label column and its threshold.`;
}

function constantModels(correctness: CorrectnessMatrix): string | undefined {
  const all = rates(correctness);
  const constant = correctness.models.filter((_, model) => all[model] === 0 || all[model] === 1);
  if (constant.length === 0 || constant.length === correctness.modelCount) return undefined;
  return `Right on all their training questions, or wrong on all: ${listed(constant)}. Their answers do not show which questions suit them.`;
}

/** The share of right answers of each model; `undefined` where it was asked nothing. */
function rates(correctness: CorrectnessMatrix): (number | undefined)[] {
  const correct = new Uint32Array(correctness.modelCount);
  const asked = new Uint32Array(correctness.modelCount);
  correctness.forEachLabel((_, model, label) => {
    correct[model] = correct[model]! + label;
    asked[model] = asked[model]! + 1;
  });
  return Array.from(asked, (labels, model) => (labels > 0 ? correct[model]! / labels : undefined));
}

function onlyModel(models: readonly ModelInfo[]): string {
  return `There is only one model, ${JSON.stringify(models[0]?.name)}, so every question is routed to it. At least two models are needed.`;
}

function fewQuestions({ train, validation }: TrainedData): string | undefined {
  const trained = train.correctness.questionCount;
  const held = validation?.correctness.questionCount ?? 0;
  if (trained >= MINIMUM_TRAINING && held >= MINIMUM_VALIDATION) return undefined;
  const parts: string[] = [];
  if (trained < MINIMUM_TRAINING) {
    parts.push(
      `${quantity(trained, 'training question')} ${trained === 1 ? 'is' : 'are'} fewer than ${MINIMUM_TRAINING}: a model's accuracy is known to within ${points(trained)} points at best.`,
    );
  }
  if (held === 0) parts.push('There are no validation questions, so its quality is unknown.');
  else if (held < MINIMUM_VALIDATION) {
    parts.push(
      `${quantity(held, 'validation question')} ${held === 1 ? 'is' : 'are'} fewer than ${MINIMUM_VALIDATION}: metrics on them are known to within ${points(held)} points at best.`,
    );
  }
  return parts.join(' ');
}

/** Half of the widest 95% interval of a share of n questions, in percentage points. */
function points(questions: number): number {
  return Math.min(100, Math.round(98 / Math.sqrt(questions)));
}

function noBetter({ lessModelMeans: less }: TrainedData): string | undefined {
  if (less === undefined || (less.upper !== undefined && less.upper < 0)) return undefined;
  const { mean, lower, upper, questions } = less;
  const interval =
    lower === undefined || upper === undefined
      ? 'too few for an interval'
      : `95% interval ${lower.toFixed(4)} to ${upper.toFixed(4)}`;
  const verdict = lower !== undefined && lower > 0 ? 'worse than' : 'not shown to be better than';
  return `On ${quantity(questions, 'validation question')} the fit is ${verdict} the models' plain accuracies: log loss ${mean >= 0 ? '+' : ''}${mean.toFixed(4)} (${interval}). Using the question's text may gain nothing here.`;
}

function fewCalibrationLabels({ calibrate, validation }: TrainedData): string | undefined {
  if (calibrate === undefined || !validation) return undefined;
  const labels = validation.correctness.countObserved();
  const wanted = MINIMUM_CALIBRATION[calibrate];
  if (labels >= wanted) return undefined;
  const instead =
    calibrate === 'isotonic' && labels >= MINIMUM_CALIBRATION.temperature
      ? ' Use --calibrate auto.'
      : '';
  return `${calibrate} calibration was fitted on ${quantity(labels, 'label')} of ${quantity(validation.correctness.questionCount, 'question')}, and follows their noise below ${count(wanted)}.${instead}`;
}

function withoutText(questions: readonly Question[]): string | undefined {
  const without = questions.filter(({ prompt }) => prompt.trim() === '').length;
  if (without === 0) return undefined;
  return `${count(without)} of ${quantity(questions.length, 'question')} (${percent(without / questions.length)}) have no text: encoders read only the text, so these questions look identical.`;
}

function missingPrices(models: readonly ModelInfo[]): string | undefined {
  const without = models.filter(({ pricePerMillionOutputTokens: price }) => price === undefined);
  if (without.length === 0) return undefined;
  return `${namesOf(without, models, 'output price')}: policies by cost (cheapest-above, utility, --max-cost) cannot choose ${without.length === models.length ? 'any model' : 'them'}. Pass a list with --prices.`;
}

function missingLengths(models: readonly ModelInfo[]): string | undefined {
  const without = models.filter(
    ({ meanOutputTokens, metadata }) =>
      meanOutputTokens === undefined && typeof metadata?.meanOutputChars !== 'number',
  );
  if (without.length === 0) return undefined;
  return `${namesOf(without, models, 'answer length')}, without which prices do not make costs. Pass mean_output_tokens with --prices; logs with answers contain it.`;
}

/** `"a" has no output price`; `None of the 3 models has an output price`. */
function namesOf(
  without: readonly ModelInfo[],
  all: readonly ModelInfo[],
  lacking: string,
): string {
  if (without.length === all.length && all.length > 1) {
    return `None of the ${all.length} models has an ${lacking}`;
  }
  const names = without.map(({ name }) => name);
  return `${listed(names)} ${names.length === 1 ? 'has' : 'have'} no ${lacking}`;
}
