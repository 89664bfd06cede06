export { readCompleteSample, trueAccuracies } from './complete-sample.js';
export { embeddingsOf, encodeByLsa } from './encode-by-lsa.js';
export { type HarnessRunOptions, runHarness } from './recorded-harness.js';
export { type RecordedProvider, startRecordedProvider } from './recorded-provider.js';
export { type EvaluationRecords, readRecords } from './records.js';
export { readSample, SAMPLE_FOLDER, SAMPLE_NAME, type Sample, withAnswersOf } from './sample.js';
