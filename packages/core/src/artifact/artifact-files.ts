/** Names of the files in an artifact's folder. */
export const CONFIG_FILE = 'config.json';
export const TENSORS_FILE = 'model.safetensors';
export const MODELS_FILE = 'models.json';
export const CALIBRATION_FILE = 'calibration.json';
export const FAMILIARITY_FILE = 'familiarity.json';
export const LEARNING_FILE = 'learning.json';
export const MODEL_CARD_FILE = 'README.md';
/** Folder of the files of a fitted encoder, with the slash that ends it. */
export const ENCODER_FOLDER = 'encoder/';

/** A config or model card larger than this is neither written nor read, in bytes. */
export const MAX_TEXT_BYTES: number = 16 * 1024 * 1024;

/** Names that Windows gives to devices, with any extension. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Whether a file may have this name on every file system: ASCII letters, digits, `.`, `_` and
 * `-`, up to 128 of them, beginning with a letter or digit and not ending with a dot. This leaves
 * no way out of the folder, no hidden file and no device.
 */
export function isPlainFileName(name: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name) &&
    !name.endsWith('.') &&
    !DEVICE_NAME.test(name)
  );
}

const PLAIN_FILES = [TENSORS_FILE, MODELS_FILE, CALIBRATION_FILE, FAMILIARITY_FILE, LEARNING_FILE];

/** Whether an artifact's config may name this file: one of the above, or one of its encoder. */
export function isArtifactPath(path: string): boolean {
  if (PLAIN_FILES.includes(path)) return true;
  return path.startsWith(ENCODER_FOLDER) && isPlainFileName(path.slice(ENCODER_FOLDER.length));
}
