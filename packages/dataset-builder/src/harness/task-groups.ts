import { advice, namedOption } from '@embedllm/core';
import type { OpenChoices } from '../runs/open-choices.js';
import type { HarnessResults } from './harness-results.js';

/** Which groups have a task, such as `mmlu_stem` and `mmlu` for `mmlu_anatomy`. */
export class TaskGroups {
  readonly #parents = new Map<string, Set<string>>();

  constructor(results: readonly HarnessResults[]) {
    for (const { groups } of results) {
      for (const [group, members] of groups) {
        for (const member of members) {
          if (member === group) continue;
          this.#parents.set(member, (this.#parents.get(member) ?? new Set()).add(group));
        }
      }
    }
  }

  /** The task and all groups that have it, directly or not. */
  namesOf(task: string): readonly string[] {
    const seen = new Set<string>([task]);
    const open = [task];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      for (const group of this.#parents.get(name) ?? []) {
        if (seen.has(group)) continue;
        seen.add(group);
        open.push(group);
      }
    }
    return [...seen];
  }

  /** The outermost group of a task; a task in no group is its own. Where there are several, that is left open. */
  outermost(task: string, choices: OpenChoices): string {
    const names = this.namesOf(task).filter((name) => !this.#parents.has(name));
    const [group = task, ...others] = names.sort();
    if (others.length > 0) {
      choices.add(`group ${task}`, {
        message: advice`the task ${task} is in the groups ${[group, ...others].join(' and ')}. Choose one with ${namedOption('categories', { [task]: group })}.`,
        location: { field: 'group_subtasks' },
        suggested: { categories: { [task]: group } },
      });
    }
    return group;
  }
}
