export { type BoldPoliciesOptions, type BoldPolicy, boldPolicies } from './bold-policies.js';
export { type DrawnRequests, type DrawRequestsOptions, drawRequests } from './draw-requests.js';
export { type QualityGuaranteeOptions, qualityGuarantee } from './quality-guarantee.js';
export { type TestedShare, type TestShareOptions, testShare } from './test-share.js';
