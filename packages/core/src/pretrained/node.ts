export type { LoadPretrainedOptions } from './load-pretrained.js';
export { loadPretrained } from './load-pretrained-node.js';
