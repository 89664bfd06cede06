export {
  type Assessment,
  type Familiarity,
  type FamiliarityRecord,
  type FamiliarityScale,
  type RestoreFamiliarityOptions,
  restoreFamiliarity,
  shrinkLogits,
} from './familiarity.js';
export { type FitFamiliarityOptions, fitFamiliarity } from './fit-familiarity.js';
