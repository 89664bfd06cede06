import { type Artifact, DataError } from '@embedllm/core';
import type {
  AgainstBest,
  BenchmarkLine,
  CostQuality,
  ExampleQuestion,
  ExplorerData,
  Forecasts,
  Provenance,
} from '../../explorer-data.js';
import { JsonFields } from './json-fields.js';

/**
 * Checks `explorer.json` and that it belongs to the artifact.
 *
 * @param text - Content of the file.
 * @param file - Its address, for messages.
 * @throws DataError `invalid-data` naming the field that is wrong.
 */
export function readExplorerData(text: string, file: string, artifact: Artifact): ExplorerData {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new DataError('This is not JSON: the file is damaged or truncated.', { file, cause });
  }
  const fields = new JsonFields(parsed, file);
  if (fields.number('formatVersion', 1) !== 1) fields.refuse('formatVersion', '1');
  const models = fields.values('models', { accepts: isText, expected: 'a name' });
  const { models: own } = artifact.model;
  if (models.length !== own.length || models.some((name, index) => name !== own[index])) {
    throw new DataError(
      'The models differ from those of the artifact: the two come from different runs.',
      { file, field: 'models' },
    );
  }
  const provenance = readProvenance(fields.object('provenance'));
  if (provenance.dataFingerprint !== artifact.training.dataFingerprint) {
    throw new DataError(
      'The artifact was trained on other data: the two come from different runs.',
      {
        file,
        field: 'provenance.dataFingerprint',
      },
    );
  }
  const M = models.length;
  return {
    formatVersion: 1,
    models,
    provenance,
    costQuality: fields.isNull('costQuality')
      ? null
      : readCostQuality(fields.object('costQuality'), M),
    forecasts: readForecasts(fields.object('forecasts'), M, fields),
    examples: fields.objects('examples').map((example) => readExample(example, M)),
  };
}

function readProvenance(fields: JsonFields): Provenance {
  const questions = fields.object('questions');
  return {
    data: fields.text('data'),
    split: fields.text('split'),
    questions: {
      train: questions.number('train', 0),
      validation: questions.number('validation', 0),
      test: questions.number('test', 0),
    },
    dataFingerprint: fields.text('dataFingerprint'),
    labels: fields.number('labels', 0),
    seed: fields.number('seed', 0),
  };
}

function readCostQuality(fields: JsonFields, M: number): CostQuality {
  const points = fields.objects('points').map((point) => ({
    lambda: point.number('lambda', 0),
    costUsd: point.number('costUsd', 0),
    quality: point.share('quality'),
    shares: point.values('shares', { accepts: isShare, expected: 'a share', length: M }),
    againstBest: point.isNull('againstBest') ? null : readAgainstBest(point.object('againstBest')),
  }));
  if (points.length === 0) fields.refuse('points', 'a list with a point');
  const isModel = (value: unknown): value is number =>
    Number.isInteger(value) && typeof value === 'number' && value >= 0 && value < M;
  return {
    priced: fields.values('priced', { accepts: isModel, expected: 'the index of a model' }),
    questions: fields.number('questions', 1),
    points,
    singles: fields.objects('singles').map((single) => ({
      model: single.index('model', M),
      questions: single.number('questions', 1),
      costUsd: single.number('costUsd', 0),
      quality: single.share('quality'),
    })),
    bestSingle: fields.index('bestSingle', M),
  };
}

function readAgainstBest(fields: JsonFields): AgainstBest {
  return {
    questions: fields.number('questions', 1),
    mean: fields.number('mean', -1, 1),
    lower: fields.number('lower', -1, 1),
    upper: fields.number('upper', -1, 1),
    costShare: fields.isNull('costShare') ? null : fields.number('costShare', 0),
  };
}

function readForecasts(fields: JsonFields, M: number, parent: JsonFields): Forecasts {
  const models = fields.objectLists('models').map((lines) => lines.map(readLine));
  if (models.length !== M) parent.refuse('forecasts', `forecasts of ${M} models`);
  return {
    abilities: fields.number('abilities', 1),
    confidence: fields.share('confidence'),
    inside: fields.number('inside', 0),
    compared: fields.number('compared', 0),
    models,
  };
}

function readLine(fields: JsonFields): BenchmarkLine {
  return {
    benchmark: fields.text('benchmark'),
    questions: fields.number('questions', 1),
    accuracy: fields.share('accuracy'),
    lower: fields.share('lower'),
    upper: fields.share('upper'),
    answers: fields.number('answers', 0),
    observed: fields.shareOrNull('observed'),
  };
}

function readExample(fields: JsonFields, M: number): ExampleQuestion {
  return {
    benchmark: fields.text('benchmark'),
    prompt: fields.text('prompt'),
    labels: fields.values('labels', { accepts: isLabel, expected: '0, 1 or null', length: M }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isLabel(value: unknown): value is 0 | 1 | null {
  return value === 0 || value === 1 || value === null;
}
