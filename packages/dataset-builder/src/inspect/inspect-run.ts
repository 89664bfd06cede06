import { givenName, type ModelNames } from '../runs/model-names.js';
import { type RunVariants, separateVariants } from '../runs/separate-variants.js';
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

/** A run and when it was made, in milliseconds since 1970. */
export interface DatedRun extends InspectRun {
  readonly made: number;
  readonly isNamed: boolean;
}

/** What logs say of their runs, with the models named, and runs of other settings apart. */
export function describeRuns(
  logs: readonly { readonly file: string; readonly header: InspectHeader }[],
  {
    modelName,
    separate,
  }: {
    readonly modelName: ModelNames<InspectRun> | undefined;
    readonly separate: boolean;
  },
): { readonly runs: DatedRun[]; readonly variants: readonly RunVariants[] } {
  const named = logs.map(({ file, header }) => {
    const { task, taskVersion, dataset, status, baseURL, epochs, created, settings } = header;
    const run = {
      ...{ file, task, taskVersion, dataset, status, baseURL, epochs },
      ...{ variant: task, model: header.model, created: new Date(created).toISOString() },
    };
    const given = givenName(modelName, run);
    return {
      ...run,
      model: given ?? header.model,
      isNamed: given !== undefined,
      made: created,
      // Whoever names models says which are the same.
      settings: given === undefined ? settings : { ...settings, model: {} },
    };
  });
  const { names, variants } = separate ? separateVariants(named) : { names: named, variants: [] };
  const runs = named.map(({ settings: _, ...run }, index) => ({
    ...run,
    model: names[index]?.model ?? run.model,
    variant: names[index]?.task ?? run.task,
  }));
  return { runs, variants };
}
