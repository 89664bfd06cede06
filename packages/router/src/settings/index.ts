export {
  type ConstraintSettings,
  createConstraints,
  createPolicy,
  findUnpairedSetting,
  OBJECTIVES,
  type ObjectiveName,
  type PolicySettings,
  type UnpairedSetting,
} from './policy-settings.js';
