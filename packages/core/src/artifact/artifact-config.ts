import { DataError, EmbedLLMError, sha256 } from '@embedllm/internals';
import { canonicalJson, isPlainObject } from '../json/canonical-json.js';
import { JsonFields } from '../json/json-fields.js';
import { parseJson } from '../json/parse-json.js';
import type { EncoderRecord, TrainingRecord } from './artifact.js';
import { CONFIG_FILE, isArtifactPath, MODELS_FILE, TENSORS_FILE } from './artifact-files.js';

/** What `format` says in the config of every artifact. */
const FORMAT = 'embedllm';
/** The version that is written, and the newest that is read. */
const FORMAT_VERSION = 1;

/** Size and hash of a file. */
export interface FileRecord {
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What `config.json` holds. */
export interface ArtifactConfig {
  /** d, the length of a model embedding. */
  readonly dimensions: number;
  /** D, the length of a question embedding. */
  readonly questionDimensions: number;
  /** In the order of the rows of `P.weight`. */
  readonly modelNames: readonly string[];
  readonly encoder: Omit<EncoderRecord, 'files'>;
  readonly training: TrainingRecord;
  readonly metrics: Readonly<Record<string, number>>;
  /** By path with `/`; all of them are needed to read the artifact. */
  readonly files: ReadonlyMap<string, FileRecord>;
  /** Hash of the model card as it was written: it shows whether somebody has edited it since. */
  readonly modelCardSha256: string | undefined;
}

/** The text of `config.json`, with the checksum over all of its contents. */
export async function formatArtifactConfig(config: ArtifactConfig): Promise<string> {
  const contents: Record<string, unknown> = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    dimensions: config.dimensions,
    questionDimensions: config.questionDimensions,
    modelCount: config.modelNames.length,
    modelNames: config.modelNames,
    encoder: config.encoder,
    training: config.training,
    metrics: config.metrics,
    files: Object.fromEntries(config.files),
    modelCardSha256: config.modelCardSha256,
  };
  const checksum = await checksumOf(contents);
  return `${JSON.stringify({ ...contents, checksum }, undefined, 2)}\n`;
}

/**
 * Parses and checks `config.json`.
 *
 * @param source - The folder or address, for error messages.
 * @throws DataError `invalid-artifact`; EmbedLLMError `unsupported-version`.
 */
export async function parseArtifactConfig(
  bytes: Uint8Array,
  source: string,
): Promise<ArtifactConfig> {
  const file = `${source}/${CONFIG_FILE}`;
  const parsed = parseJson(bytes, { file });
  const fields = new JsonFields(parsed, { file });
  assertFormat(fields, file);
  const { checksum, ...contents } = fields.all();
  if (checksum !== (await checksumOf(contents))) {
    throw new DataError(
      'The contents do not match the checksum: the file was altered or damaged. Restore it, or save the artifact again.',
      { file, field: 'checksum' },
    );
  }
  const modelNames = fields.strings('modelNames');
  if (fields.count('modelCount') !== modelNames.length) {
    throw new DataError(`Must be ${modelNames.length}, the number of modelNames.`, {
      file,
      field: 'modelCount',
    });
  }
  if (new Set(modelNames).size !== modelNames.length) {
    throw new DataError('A name occurs twice.', { file, field: 'modelNames' });
  }
  const config: ArtifactConfig = {
    dimensions: fields.count('dimensions'),
    questionDimensions: fields.count('questionDimensions'),
    modelNames,
    encoder: readEncoder(fields.fields('encoder')),
    training: readTraining(fields.fields('training')),
    metrics: readMetrics(fields.fields('metrics')),
    files: readFiles(fields.fields('files')),
    modelCardSha256: fields.has('modelCardSha256') ? fields.string('modelCardSha256') : undefined,
  };
  if (config.encoder.dimensions !== config.questionDimensions) {
    throw new DataError(
      `Must be ${config.questionDimensions}, as questionDimensions, but is ${config.encoder.dimensions}.`,
      { file, field: 'encoder.dimensions' },
    );
  }
  return config;
}

/** What can be read from a config that may be damaged, or of another version. */
export interface ConfigOutline {
  /** The files that it names. */
  readonly paths: readonly string[];
  readonly modelCardSha256: string | undefined;
}

/** Looks into a config without checking it; `undefined` when it is not a config of any version. */
export function outlineArtifactConfig(bytes: Uint8Array): ConfigOutline | undefined {
  try {
    const fields = new JsonFields(parseJson(bytes), { file: CONFIG_FILE });
    if (fields.string('format') !== FORMAT) return undefined;
    const { files, modelCardSha256 } = fields.all();
    return {
      paths: isPlainObject(files) ? Object.keys(files).filter(isArtifactPath) : [],
      modelCardSha256: typeof modelCardSha256 === 'string' ? modelCardSha256 : undefined,
    };
  } catch {
    return undefined;
  }
}

function assertFormat(fields: JsonFields, file: string): void {
  if (!fields.has('format') || fields.string('format') !== FORMAT) {
    throw new DataError(`Not an EmbedLLM artifact: "format" is not "${FORMAT}".`, {
      file,
      field: 'format',
    });
  }
  const version = fields.count('formatVersion');
  if (version !== FORMAT_VERSION) {
    throw new EmbedLLMError(
      `${file}: The artifact has format version ${version}; this release reads version ${FORMAT_VERSION}. Update the @embedllm packages.`,
      { code: 'unsupported-version' },
    );
  }
}

function readEncoder(fields: JsonFields): Omit<EncoderRecord, 'files'> {
  return {
    id: fields.string('id'),
    fingerprint: fields.string('fingerprint'),
    dimensions: fields.count('dimensions'),
    ...(fields.has('settings') ? { settings: fields.record('settings') } : {}),
  };
}

function readTraining(fields: JsonFields): TrainingRecord {
  const counts = fields.fields('counts');
  return {
    solver: fields.string('solver'),
    settings: fields.record('settings'),
    ...(fields.has('singleBest') && { singleBest: fields.string('singleBest') }),
    dataFingerprint: fields.string('dataFingerprint'),
    counts: {
      questions: counts.count('questions'),
      models: counts.count('models'),
      labels: counts.count('labels'),
    },
    ...(fields.has('warnings') && {
      warnings: fields.list('warnings').map((warning) => ({
        code: warning.string('code'),
        message: warning.string('message'),
      })),
    }),
  };
}

function readMetrics(fields: JsonFields): Record<string, number> {
  return Object.fromEntries(fields.keys().map((name) => [name, fields.number(name)]));
}

function readFiles(fields: JsonFields): Map<string, FileRecord> {
  const files = new Map<string, FileRecord>();
  const seen = new Set<string>();
  for (const path of fields.keys()) {
    if (!isArtifactPath(path)) {
      throw new DataError(
        `${JSON.stringify(path)} is not a file name that an artifact can have.`,
        fields.location(path),
      );
    }
    if (seen.has(path.toLowerCase())) {
      throw new DataError('The name differs from another only in case.', fields.location(path));
    }
    seen.add(path.toLowerCase());
    const record = fields.fields(path);
    const hash = record.string('sha256');
    if (!/^[0-9a-f]{64}$/.test(hash)) {
      throw new DataError('Not 64 hexadecimal digits.', record.location('sha256'));
    }
    files.set(path, { bytes: record.count('bytes'), sha256: hash });
  }
  for (const path of [TENSORS_FILE, MODELS_FILE]) {
    if (!files.has(path))
      throw new DataError('The config does not list the file.', fields.location(path));
  }
  return files;
}

async function checksumOf(contents: Readonly<Record<string, unknown>>): Promise<string> {
  const text = canonicalJson(contents, CONFIG_FILE);
  return `sha256:${await sha256(new TextEncoder().encode(text))}`;
}
