export { closingBrace } from './answers/boxed-texts.js';
export { choiceOptions } from './answers/choice-options.js';
export { chosenLetter } from './answers/chosen-letter.js';
export { decimalOf } from './answers/decimal.js';
export { lastJson } from './answers/json-answers.js';
export { lastLine, statedAnswers, withoutReasoning } from './answers/stated-answers.js';
export { numbersIn, statedNumber } from './answers/stated-number.js';
export { type TextForm, textForm } from './answers/text-form.js';
export {
  checkBytes,
  checkList,
  checkMap,
  checkObject,
  checkPaths,
  checkString,
} from './checks/check-shape.js';
export {
  checkInteger,
  checkIntegers,
  checkNumber,
  checkNumbers,
  describeRange,
  isIntegerIn,
  isNumberIn,
  type NumberRange,
} from './checks/number-range.js';
export {
  DataError,
  type DataErrorDetails,
  type DataLocation,
  describeLocation,
  EmbedLLMError,
  type ErrorCode,
  type ErrorDetails,
} from './errors/errors.js';
export {
  type Advice,
  advice,
  type NamedOption,
  namedOption,
  type OptionValue,
} from './errors/option-advice.js';
export { isShared } from './errors/shared-class.js';
export { sha256, sha256Digest } from './hashing/sha256.js';
export { jsonFault } from './json/json-fault.js';
export { isJsonObject, type JsonObject, ownValue } from './json/json-object.js';
export { isModelLimit } from './refusals/model-limit.js';
export { type Backoff, backoffMs } from './retry/backoff.js';
export { retryAfterMs } from './retry/retry-after.js';
export { sleep } from './retry/sleep.js';
export { averageRanks, mean, pearson, spearman } from './statistics/correlation.js';
export { normalQuantile } from './statistics/normal-quantile.js';
export { shareInterval } from './statistics/share-interval.js';
export { decimalCommaHint } from './text/decimal-comma.js';
export { didYouMean } from './text/did-you-mean.js';
export { environmentValue } from './text/environment-value.js';
export { formatDifference } from './text/format-difference.js';
export { count, duration, figure, percent, quantity } from './text/format-number.js';
export { formatTable } from './text/format-table.js';
export { printable } from './text/printable.js';
export { reasonOf } from './text/reason-of.js';
export { similarNames } from './text/similar-names.js';
export { createPause, nextTurn } from './work/pause.js';
