export { type QualityGuaranteeOptions, qualityGuarantee } from './quality-guarantee.js';
