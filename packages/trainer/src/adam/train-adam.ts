import {
  EmbedLLMError,
  type FactorizationModel,
  logLoss,
  MISSING,
  type TrainingRecord,
} from '@embedllm/core';
import { fingerprintTrainingData } from '../direct/data-fingerprint.js';
import {
  assertEveryModelLabelled,
  assertLabelledSet,
  type LabelledSet,
} from '../direct/labelled-set.js';
import { resolveBackend } from '../tfjs/resolve-backend.js';
import { adamProgress } from './adam-progress.js';
import {
  type CheckedAdamSettings,
  checkAdamSettings,
  type TrainAdamOptions,
} from './adam-settings.js';
import { createBatchSource } from './batches.js';
import { initialParameters, modelFromParameters, type ParameterSizes } from './parameters.js';
import { runEpoch } from './run-epoch.js';
import {
  type AdamEpoch,
  decodeTrainingState,
  encodeTrainingState,
  type TrainingState,
} from './training-state.js';

/** A trained model and how it came about. */
export interface AdamTraining {
  readonly model: FactorizationModel;
  /** Every epoch that was run, those before a resumption included. */
  readonly history: readonly AdamEpoch[];
  /** The epoch that the model comes from: the best with early stopping, else the last. */
  readonly epoch: number;
  /** For the artifact. */
  readonly record: TrainingRecord;
  /** Name of the backend that ran. */
  readonly backend: string;
  /** Wall time of the epochs run here, in seconds. */
  readonly seconds: number;
}

/**
 * Trains the model as it was published (Zhuang et al., arXiv 2410.02223): Adam on the
 * cross-entropy of question-model pairs, with noise on the question embeddings, in TensorFlow.js
 * operations. The same seed, data and backend give the same bits on the `cpu` and `wasm` backends.
 *
 * The `dense` form differs from the published one in what a step draws, not in what it expects:
 * whole questions rather than single pairs, and one draw of noise for a question rather than one
 * for each of its pairs. Its gradient has the same mean and a larger variance.
 *
 * @throws EmbedLLMError `shape-mismatch` when sets do not fit together, `invalid-argument` on
 * settings out of range, `invalid-data` when a model has no training label or the state to resume
 * is of another training, `not-finite` when the training diverges, naming epoch and tensor;
 * `missing-dependency` when no backend works here; the signal's reason when aborted.
 * @example
 * const backend = await resolveBackend({ prefer: ['tfjs-node-gpu', 'wasm'] });
 * const { model } = await trainAdam({ train, validation, backend, patience: 5 });
 */
export async function trainAdam(options: TrainAdamOptions): Promise<AdamTraining> {
  const { train, validation, epochs = 50, checkpointEvery = 1, signal } = options;
  signal?.throwIfAborted();
  assertLabelledSet(train, 'training');
  if (validation) {
    const { models } = train.correctness;
    assertLabelledSet(validation, 'validation', { models, dimensions: train.embeddings.cols });
  }
  const labelled = labelledModels(train);
  assertEveryModelLabelled(train.correctness.models, (model) => labelled[model] === 1);
  const settings = checkAdamSettings(options);
  const backend = options.backend ?? (await resolveBackend());
  const { models } = train.correctness;

  let state = await startingState(options, settings);
  if (state.history.length > epochs) {
    throw new EmbedLLMError(
      `The state to resume from has ${state.history.length} epochs, but only ${epochs} were requested.`,
      { code: 'invalid-argument' },
    );
  }
  const batches = createBatchSource(train, settings);
  const started = performance.now();
  while (state.history.length < epochs && !isExhausted(state.history, options.patience)) {
    const epoch = state.history.length + 1;
    const result = await runEpoch({ backend, batches, state, epoch, epochs, options });
    const validationLogLoss =
      validation &&
      logLoss(
        modelFromParameters(result.parameters, state.sizes, models).predictProbabilities(
          validation.embeddings,
        ),
        validation.correctness,
      );
    const history = [...state.history, { epoch, loss: result.loss, validationLogLoss }];
    const isBest = validation && bestEpoch(history) === epoch;
    const best = isBest ? result.parameters : state.best;
    state = { ...state, ...result, history, best };
    const { stepsPerEpoch: steps } = batches;
    const { loss, pairsPerSecond } = result;
    options.onProgress?.(
      adamProgress({ epoch, epochs, step: steps, steps, loss, pairsPerSecond, validationLogLoss }),
    );
    const isLast = epoch === epochs || isExhausted(history, options.patience);
    if (options.onCheckpoint && (isLast || epoch % checkpointEvery === 0)) {
      await options.onCheckpoint(encodeTrainingState(state), { epoch });
    }
    signal?.throwIfAborted();
  }
  const seconds = (performance.now() - started) / 1000;

  const epoch = options.patience === undefined ? state.history.length : bestEpoch(state.history);
  const parameters = options.patience === undefined ? state.parameters : state.best;
  return {
    model: modelFromParameters(parameters ?? state.parameters, state.sizes, models),
    history: state.history,
    epoch,
    backend: backend.name,
    seconds,
    record: {
      solver: 'adam',
      settings: { ...settings, epochs: epoch },
      dataFingerprint: state.dataFingerprint,
      counts: {
        questions: train.correctness.questionCount,
        models: models.length,
        labels: train.correctness.countObserved(),
      },
    },
  };
}

async function startingState(
  { train, validation, resume, patience }: TrainAdamOptions,
  settings: CheckedAdamSettings,
): Promise<TrainingState> {
  const sizes: ParameterSizes = {
    models: train.correctness.modelCount,
    questionDimensions: train.embeddings.cols,
    dimensions: settings.dimensions,
  };
  const identity = {
    settings,
    sizes,
    dataFingerprint: await fingerprintTrainingData(train),
    validationFingerprint: validation && (await fingerprintTrainingData(validation)),
  };
  if (resume) {
    const state = decodeTrainingState(resume, identity);
    if (patience !== undefined && state.history.length > 0 && !state.best) {
      throw new EmbedLLMError(
        'The state to resume from has no best epoch, so patience cannot be counted.',
        { code: 'invalid-argument' },
      );
    }
    return state;
  }
  const parameters = initialParameters(sizes, settings.seed);
  const zeros = () => new Float32Array(parameters.length);
  return {
    ...identity,
    history: [],
    steps: 0,
    parameters,
    first: zeros(),
    second: zeros(),
    best: undefined,
  };
}

/** The epoch with the lowest validation log loss, the first of them on a tie; 0 without one. */
function bestEpoch(history: readonly AdamEpoch[]): number {
  const losses = history.map((entry) => entry.validationLogLoss ?? Number.POSITIVE_INFINITY);
  return losses.indexOf(Math.min(...losses)) + 1;
}

function isExhausted(history: readonly AdamEpoch[], patience: number | undefined): boolean {
  return patience !== undefined && history.length - bestEpoch(history) >= patience;
}

/** Whether each model has a label, length M: 1 or 0. */
function labelledModels({ correctness }: LabelledSet): Uint8Array {
  const labelled = new Uint8Array(correctness.modelCount);
  for (let question = 0; question < correctness.questionCount; question++) {
    const row = correctness.row(question);
    for (let model = 0; model < row.length; model++) {
      if (row[model] !== MISSING) labelled[model] = 1;
    }
  }
  return labelled;
}
