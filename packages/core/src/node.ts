export { type FromPretrainedOptions, fromPretrained } from './node/from-pretrained.js';
export {
  type ReadMatrixFileOptions,
  readMatrixFile,
  type WriteMatrixFileOptions,
  writeMatrixFile,
} from './node/matrix-file.js';
export { type SavePretrainedOptions, savePretrained } from './node/save-pretrained.js';
