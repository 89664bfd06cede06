/** How a run was made, by name: what two runs must share to be repetitions of each other. */
export interface RunSettings {
  /** Of the model, such as its arguments, quantization or reasoning effort. */
  readonly model: Readonly<Record<string, string>>;
  /** Of the task, such as its arguments or how many solved examples it shows. */
  readonly task: Readonly<Record<string, string>>;
}

/** A run whose settings are known, or not. */
export interface SettledRun {
  readonly model: string;
  readonly task: string;
  readonly settings: RunSettings | undefined;
}

/** A model or task that was run with several settings, each of which counts by itself. */
export interface RunVariants {
  readonly kind: 'model' | 'task';
  readonly name: string;
  /** Names of the settings that differ. */
  readonly settings: readonly string[];
  /** What its variants are called. */
  readonly variants: readonly string[];
}

/** The only setting of a task by which its usual variant can be recognized; see `separateVariants`. */
const SHOTS = 'num_fewshot';

/**
 * Names runs apart that asked one model for one task with different settings, because these are not
 * repetitions of each other: `m (load_in_4bit=True)`, `mmlu (subject=law)`. Only settings that differ
 * in such runs are named, but then for all runs of that model or task. Where only the number of solved
 * examples differs, the one that most models have keeps the task's own name.
 *
 * @returns the model and task of each run, in order, and what was separated.
 */
export function separateVariants(runs: readonly SettledRun[]): {
  readonly names: readonly { readonly model: string; readonly task: string }[];
  readonly variants: readonly RunVariants[];
} {
  const byModel = new Map<string, Set<string>>();
  const byTask = new Map<string, Set<string>>();
  for (const group of groupsOf(runs)) {
    const [first] = group;
    if (first === undefined) continue;
    const settings = group.flatMap((run) => (run.settings === undefined ? [] : [run.settings]));
    addAll(byModel, first.model, differing(settings.map(({ model }) => model)));
    addAll(byTask, first.task, differing(settings.map(({ task }) => task)));
  }
  const usual = new Map(
    [...byTask].flatMap(([task, keys]) => {
      const suffix = keys.size === 1 && keys.has(SHOTS) ? usualSuffix(runs, task, keys) : undefined;
      return suffix === undefined ? [] : [[task, suffix] as const];
    }),
  );
  const names = runs.map(({ model, task, settings }) => {
    const ofTask = suffixOf(settings?.task, byTask.get(task));
    return {
      model: model + suffixOf(settings?.model, byModel.get(model)),
      task: usual.get(task) === ofTask ? task : task + ofTask,
    };
  });
  const variants = (kind: 'model' | 'task', split: typeof byModel): RunVariants[] =>
    [...split].map(([name, keys]) => ({
      kind,
      name,
      settings: [...keys].sort(),
      variants: [
        ...new Set(names.flatMap((named, at) => (runs[at]?.[kind] === name ? [named[kind]] : []))),
      ],
    }));
  return { names, variants: [...variants('model', byModel), ...variants('task', byTask)] };
}

function groupsOf(runs: readonly SettledRun[]): SettledRun[][] {
  const groups = new Map<string, SettledRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.model, run.task]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

/** Names of the settings that are not the same in all. */
function differing(settings: readonly Readonly<Record<string, string>>[]): string[] {
  const names = new Set(settings.flatMap((each) => Object.keys(each)));
  return [...names].filter((name) => new Set(settings.map((each) => each[name])).size > 1);
}

function addAll(sets: Map<string, Set<string>>, key: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const set = sets.get(key) ?? new Set();
  for (const name of names) set.add(name);
  sets.set(key, set);
}

function suffixOf(
  settings: Readonly<Record<string, string>> | undefined,
  names: ReadonlySet<string> | undefined,
): string {
  if (settings === undefined || names === undefined) return '';
  const set = [...names].sort().filter((name) => settings[name] !== undefined);
  return set.length === 0 ? '' : ` (${set.map((name) => `${name}=${settings[name]}`).join(', ')})`;
}

/** The suffix that more models have than any other; `undefined` where there is none. */
function usualSuffix(
  runs: readonly SettledRun[],
  task: string,
  keys: ReadonlySet<string>,
): string | undefined {
  const models = new Map<string, Set<string>>();
  for (const run of runs) {
    if (run.task !== task || run.settings === undefined) continue;
    addAll(models, suffixOf(run.settings.task, keys), [run.model]);
  }
  const [most, second] = [...models].sort(([, a], [, b]) => b.size - a.size);
  return most !== undefined && most[1].size > (second?.[1].size ?? 0) ? most[0] : undefined;
}
