import type { HarnessReport, InspectReport } from '@embedllm/dataset-builder';

type Run = HarnessReport['runs'][number] | InspectReport['runs'][number];

/** One line for each task of which runs have several versions. */
export function severalVersions(runs: readonly Run[]): string[] {
  const versionOf = (run: Run): string | undefined =>
    'version' in run ? run.version : run.taskVersion;
  return [...groupsOf(runs, ({ variant }) => variant, versionOf)].map(
    ([task, versions]) =>
      `${task} was run with versions ${[...versions.keys()].sort().join(' and ')} of its definition, which count as one. Use --skip-files to leave out runs.`,
  );
}

/** One line for each model that was asked at several addresses. */
export function severalAddresses(runs: readonly Run[]): string[] {
  return [
    ...groupsOf(
      runs,
      ({ model }) => model,
      ({ baseURL }) => baseURL,
    ),
  ].map(([model, addresses]) => {
    const [[first, file] = ['', ''], [second] = ['']] = [...addresses];
    return `${model} was asked at ${addresses.size} addresses (${first}, ${second}${addresses.size > 2 ? ', …' : ''}), which count as one model. Use --model-name '${file}=NAME' to rename a run.`;
  });
}

/** Of each group that has several values, these with a file that has each. */
function groupsOf(
  runs: readonly Run[],
  nameOf: (run: Run) => string,
  valueIn: (run: Run) => string | undefined,
): Map<string, Map<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  for (const run of runs) {
    const value = valueIn(run);
    if (value === undefined) continue;
    const group = groups.get(nameOf(run)) ?? new Map<string, string>();
    groups.set(nameOf(run), group.set(value, run.file));
  }
  return new Map([...groups].filter(([, values]) => values.size > 1));
}
