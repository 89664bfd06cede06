export {
  type ConstraintSettings,
  createConstraints,
  createPolicy,
  OBJECTIVES,
  type ObjectiveName,
  type PolicySettings,
} from './policy-settings.js';
