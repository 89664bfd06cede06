import type { TableReport } from '@embedllm/dataset-builder';

/** Columns that are written out in a flag. */
const LISTED = 8;

/** What was guessed about a table, with the flags that say otherwise. */
export function tableChoices(
  { guessedModels, otherScores }: TableReport,
  { areAnswers = false }: { readonly areAnswers?: boolean } = {},
): string[] {
  const said: string[] = [];
  if (areAnswers && guessedModels.length > 0) {
    return [
      `No column is named like a score, so ${guessedModels.slice(0, LISTED).join(', ')} was taken for one. Confirm it, or name another: --score-column ${list(guessedModels.slice(0, 1))}.`,
    ];
  }
  if (guessedModels.length > 0) {
    const names = guessedModels.length <= LISTED ? guessedModels : ['NAME', 'NAME', '...'];
    said.push(
      `If not all of these are models, list those that are: --model-columns ${list(names)}.`,
    );
  }
  if (otherScores.length > 0) {
    said.push(
      `${otherScores.join(', ')} could be the label too: --score-column ${list(otherScores.slice(0, 1))}.`,
    );
  }
  return said;
}

function list(names: readonly string[]): string {
  const text = names.map((name) => (name.includes(',') ? `"${name}"` : name)).join(',');
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}
