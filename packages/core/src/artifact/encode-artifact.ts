import { EmbedLLMError, sha256 } from '@embedllm/internals';
import { canonicalJson } from '../json/canonical-json.js';
import type { Artifact } from './artifact.js';
import { type FileRecord, formatArtifactConfig } from './artifact-config.js';
import {
  CALIBRATION_FILE,
  CONFIG_FILE,
  ENCODER_FOLDER,
  FAMILIARITY_FILE,
  isPlainFileName,
  LEARNING_FILE,
  MAX_TEXT_BYTES,
  MODEL_CARD_FILE,
  MODELS_FILE,
  TENSORS_FILE,
} from './artifact-files.js';
import { encodeModelTensors } from './artifact-tensors.js';
import { formatModelCard } from './model-card.js';
import { formatModelList } from './model-list.js';

/**
 * An artifact as files, by path with `/`: what `savePretrained` puts into a folder, for places
 * that have no file system. `config.json` lists every other file but the model card with size and
 * SHA-256. The same artifact gives the same bytes.
 *
 * @throws EmbedLLMError `invalid-argument` when the parts do not belong together, an encoder file
 * has no plain name, or settings and metadata are not plain JSON.
 */
export async function encodeArtifact(artifact: Artifact): Promise<Map<string, Uint8Array>> {
  assertConsistent(artifact);
  const { model, models, encoder, training, metrics } = artifact;
  const text = new TextEncoder();
  const listed = new Map<string, Uint8Array>([
    [TENSORS_FILE, encodeModelTensors(model)],
    [MODELS_FILE, text.encode(formatModelList(models))],
  ]);
  for (const [name, path, record] of [
    ['calibration', CALIBRATION_FILE, artifact.calibration],
    ['familiarity', FAMILIARITY_FILE, artifact.familiarity],
    ['learning', LEARNING_FILE, artifact.learning],
  ] as const) {
    if (!record) continue;
    canonicalJson(record, name);
    listed.set(path, text.encode(`${JSON.stringify(record)}\n`));
  }
  for (const name of [...(encoder.files?.keys() ?? [])].sort()) {
    listed.set(`${ENCODER_FOLDER}${name}`, encoder.files?.get(name) ?? new Uint8Array());
  }
  const records = new Map<string, FileRecord>();
  for (const [path, bytes] of listed) {
    records.set(path, { bytes: bytes.length, sha256: await sha256(bytes) });
  }
  const modelCard = text.encode(artifact.modelCard ?? formatModelCard(artifact));
  const { files: _, ...encoderRecord } = encoder;
  const config = await formatArtifactConfig({
    dimensions: model.dimensions,
    questionDimensions: model.questionDimensions,
    modelNames: model.models,
    encoder: encoderRecord,
    training,
    metrics,
    files: records,
    modelCardSha256: await sha256(modelCard),
  });
  const files = new Map([
    [CONFIG_FILE, text.encode(config)],
    ...listed,
    [MODEL_CARD_FILE, modelCard],
  ]);
  for (const path of [CONFIG_FILE, MODEL_CARD_FILE]) {
    if ((files.get(path)?.length ?? 0) > MAX_TEXT_BYTES) {
      throw new EmbedLLMError(
        `${path} would be larger than ${MAX_TEXT_BYTES} bytes. Keep large settings in encoder files.`,
        { code: 'invalid-argument' },
      );
    }
  }
  return files;
}

function assertConsistent({ model, models, encoder, metrics }: Artifact): void {
  if (models.length !== model.models.length) {
    throw new EmbedLLMError(
      `artifact.models describes ${models.length} models, but the model has ${model.models.length}.`,
      { code: 'invalid-argument' },
    );
  }
  const seen = new Set<string>();
  models.forEach(({ name }, index) => {
    if (name !== model.models[index]) {
      throw new EmbedLLMError(
        `artifact.models[${index}] is ${JSON.stringify(name)}, but the model has ${JSON.stringify(model.models[index])} there.`,
        { code: 'invalid-argument' },
      );
    }
    if (seen.has(name)) {
      throw new EmbedLLMError(`The model name ${JSON.stringify(name)} occurs twice.`, {
        code: 'invalid-argument',
      });
    }
    seen.add(name);
  });
  if (encoder.dimensions !== model.questionDimensions) {
    throw new EmbedLLMError(
      `The encoder produces ${encoder.dimensions} dimensions, but the model takes ${model.questionDimensions}.`,
      { code: 'invalid-argument' },
    );
  }
  const names = new Set<string>();
  for (const name of encoder.files?.keys() ?? []) {
    if (!isPlainFileName(name) || names.has(name.toLowerCase())) {
      throw new EmbedLLMError(
        `The encoder file name ${JSON.stringify(name)} must consist of letters, digits, ".", "_" and "-", begin with a letter or digit, and differ from the others in more than case.`,
        { code: 'invalid-argument' },
      );
    }
    names.add(name.toLowerCase());
  }
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) {
      throw new EmbedLLMError(`The metric ${name} is ${value}.`, { code: 'invalid-argument' });
    }
  }
}
