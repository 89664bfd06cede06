export { type ReadTorchOptions, readTorchFile, type TorchContent } from './torch-file.js';
export { readTorchTensor } from './torch-tensor.js';
