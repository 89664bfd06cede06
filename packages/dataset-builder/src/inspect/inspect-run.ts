import type { FoundRun } from '../runs/collect-runs.js';
import { givenName, type ModelNames } from '../runs/model-names.js';
import type { InspectHeader } from './inspect-header.js';

/** A run of one model on one task, as its log describes it. */
export interface InspectRun
  extends Pick<InspectHeader, 'task' | 'taskVersion' | 'dataset' | 'status' | 'baseURL'> {
  readonly file: string;
  readonly model: string;
  /** The task, and where it was run with several settings, these: what questions belong to. */
  readonly variant: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** How often each sample was run, where the log says it. */
  readonly epochs: number | undefined;
}

/** What a log says of its run, with the model named. */
export function describeRun(
  file: string,
  header: InspectHeader,
  modelName: ModelNames<InspectRun> | undefined,
): FoundRun<InspectRun> {
  const { task, taskVersion, dataset, status, baseURL, epochs, created, settings } = header;
  const run = {
    ...{ file, task, taskVersion, dataset, status, baseURL, epochs },
    ...{ variant: task, model: header.model, created: new Date(created).toISOString() },
  };
  const given = givenName(modelName, run);
  return {
    run: { ...run, model: given ?? run.model },
    made: created,
    isSureOfModel: true,
    // Whoever names models says which are the same.
    settings: given === undefined ? settings : { ...settings, model: {} },
  };
}
