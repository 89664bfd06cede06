import { checkMap, checkObject, DataError, sha256 } from '@embedllm/internals';
import { restoreCalibration } from '../calibration/calibration.js';
import { restoreFamiliarity } from '../familiarity/familiarity.js';
import { JsonFields } from '../json/json-fields.js';
import { parseJson } from '../json/parse-json.js';
import type { Artifact } from './artifact.js';
import { type ArtifactConfig, parseArtifactConfig } from './artifact-config.js';
import {
  CALIBRATION_FILE,
  CONFIG_FILE,
  ENCODER_FOLDER,
  FAMILIARITY_FILE,
  LEARNING_FILE,
  MODEL_CARD_FILE,
  MODELS_FILE,
  TENSORS_FILE,
} from './artifact-files.js';
import { decodeModelTensors } from './artifact-tensors.js';
import { asInvalidArtifact } from './invalid-artifact.js';
import { parseModelList } from './model-list.js';

/** Options of `decodeArtifact`. */
export interface DecodeArtifactOptions {
  /** The folder or address that the files came from, for error messages. */
  readonly source: string;
}

/**
 * Reads an artifact from its files; the counterpart of `encodeArtifact`.
 *
 * Checks the version, the checksum of `config.json`, the size and SHA-256 of every file that it
 * lists, the shapes of the tensors against the config, that the models are the same in both, and
 * that all parameters are finite. The tensors may be views of the bytes given. Files that the
 * config does not list are ignored, but for the model card, which nothing is checked of since
 * people edit it.
 *
 * @param files - By path with `/`, as `encodeArtifact` returns them.
 * @throws DataError `invalid-artifact`, naming the file; EmbedLLMError `unsupported-version`.
 */
export async function decodeArtifact(
  files: ReadonlyMap<string, Uint8Array>,
  options: DecodeArtifactOptions,
): Promise<Artifact> {
  const { source } = checkObject('options', options);
  checkMap('files', files);
  return asInvalidArtifact(async () => {
    const config = await parseArtifactConfig(fileOf(files, CONFIG_FILE, source), source);
    for (const path of config.files.keys()) {
      await assertIntact(path, fileOf(files, path, source), config, source);
    }
    return assembleArtifact(config, files, source);
  });
}

/** The config alone, with the errors of `decodeArtifact`. */
export function decodeArtifactConfig(bytes: Uint8Array, source: string): Promise<ArtifactConfig> {
  return asInvalidArtifact(() => parseArtifactConfig(bytes, source));
}

function assembleArtifact(
  config: ArtifactConfig,
  files: ReadonlyMap<string, Uint8Array>,
  source: string,
): Artifact {
  const { dimensions, questionDimensions, modelNames, encoder, training, metrics } = config;
  const models = parseModelList(fileOf(files, MODELS_FILE, source), {
    file: `${source}/${MODELS_FILE}`,
    names: modelNames,
  });
  const model = decodeModelTensors(fileOf(files, TENSORS_FILE, source), {
    file: `${source}/${TENSORS_FILE}`,
    models: modelNames,
    dimensions,
    questionDimensions,
  });
  const encoderFiles = new Map<string, Uint8Array>();
  for (const path of config.files.keys()) {
    if (path.startsWith(ENCODER_FOLDER)) {
      encoderFiles.set(path.slice(ENCODER_FOLDER.length), fileOf(files, path, source));
    }
  }
  const modelCard = files.get(MODEL_CARD_FILE);
  return {
    model,
    models,
    encoder: { ...encoder, ...(encoderFiles.size > 0 && { files: encoderFiles }) },
    training,
    metrics,
    ...(config.files.has(CALIBRATION_FILE) && {
      calibration: restoreCalibration(readRecord(files, source, CALIBRATION_FILE), {
        file: `${source}/${CALIBRATION_FILE}`,
      }).record,
    }),
    ...(config.files.has(FAMILIARITY_FILE) && {
      familiarity: restoreFamiliarity(readRecord(files, source, FAMILIARITY_FILE), {
        file: `${source}/${FAMILIARITY_FILE}`,
        dimensions: questionDimensions,
      }).record,
    }),
    ...(config.files.has(LEARNING_FILE) && {
      learning: readRecord(files, source, LEARNING_FILE),
    }),
    ...(modelCard && { modelCard: new TextDecoder().decode(modelCard) }),
  };
}

function readRecord(
  files: ReadonlyMap<string, Uint8Array>,
  source: string,
  path: string,
): Record<string, unknown> {
  const file = `${source}/${path}`;
  const parsed = parseJson(fileOf(files, path, source), { file });
  return new JsonFields(parsed, { file }).all();
}

async function assertIntact(
  path: string,
  bytes: Uint8Array,
  config: ArtifactConfig,
  source: string,
): Promise<void> {
  const record = config.files.get(path);
  const file = `${source}/${path}`;
  if (bytes.length !== record?.bytes) {
    throw new DataError(
      `The file has ${bytes.length} bytes, but the config lists ${record?.bytes}. Is it truncated?`,
      { file },
    );
  }
  if ((await sha256(bytes)) !== record.sha256) {
    throw new DataError(
      'The contents do not match the SHA-256 in the config: the file was altered or damaged.',
      { file },
    );
  }
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, path: string, source: string): Uint8Array {
  const bytes = files.get(path);
  if (!bytes) throw new DataError('The file is missing.', { file: `${source}/${path}` });
  return bytes;
}
