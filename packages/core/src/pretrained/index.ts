export { type LoadPretrainedOptions, loadPretrained } from './load-pretrained.js';
