export { type ConformanceCheck, EncoderConformanceError } from './testing/conformance-check.js';
export { type ConformanceOptions, encoderConformance } from './testing/encoder-conformance.js';
