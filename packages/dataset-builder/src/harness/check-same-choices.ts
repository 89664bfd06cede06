import { advice, namedOption } from '@embedllm/core';
import { chosenNames } from '../runs/name-choice.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { ReadHarnessLogsOptions } from './harness-logs-options.js';
import type { HarnessRunReport } from './harness-report.js';

/**
 * Where filter or score were not chosen, each log was read by its own first: in all logs of a task that
 * must be the same, or the labels of two models would mean different things.
 */
export function checkSameChoices(
  reports: readonly HarnessRunReport[],
  options: ReadHarnessLogsOptions & { readonly open: OpenChoices },
): void {
  for (const kind of ['filter', 'metric'] as const) {
    const used = new Map<string, HarnessRunReport>();
    for (const report of reports) {
      const { task } = report;
      if (report.samples === 0 || chosenNames(options[kind], task) !== undefined) continue;
      const first = used.get(task);
      if (first === undefined) used.set(task, report);
      else if (first[kind] !== report[kind]) {
        const suggested = { [kind]: { [task]: first[kind] } };
        options.open.add(`same ${kind} ${task}`, {
          message: advice`is read with the ${kind} ${report[kind]}, but ${first.file} of the same task with ${first[kind]}. Choose one with ${namedOption(kind, suggested[kind])}.`,
          location: { file: report.file },
          suggested,
        });
      }
    }
  }
}
