import { MISSING, splitQuestions } from '@embedllm/core';
import type { SimulatedPool } from './pool.js';

/**
 * Writes a pool as the CSV files of the EmbedLLM format (RFC 4180 quoting, lines end with `\n`):
 *
 * - `questions.csv`: prompt_id, category, prompt
 * - `responses.csv`: prompt_id, model_id, category, label, model_name, output_chars; labels that
 *   are missing have no line
 * - `models.csv`: model_id, model_name, family, parameters_billion,
 *   price_per_million_output_tokens_usd, speciality (empty for a generalist)
 * - `splits.csv`: prompt_id, split; 80/10/10 by question, stratified by category, seeded with the
 *   pool's seed
 *
 * @returns Text by file name.
 * @throws EmbedLLMError `invalid-data` when there are fewer than three questions to split.
 */
export function toCsv(pool: SimulatedPool): Map<string, string> {
  const { questions, models, correctness } = pool.dataset;
  const responses: Cell[][] = [];
  questions.forEach((question, row) => {
    const labels = correctness.row(row);
    models.forEach((model, column) => {
      const label = labels[column] ?? MISSING;
      if (label === MISSING) return;
      const characters = pool.outputCharacters.at(row, column);
      responses.push([question.id, column, question.category, label, model.name, characters]);
    });
  });
  const split = splitQuestions(
    questions.map((question) => question.category),
    { seed: pool.seed },
  );
  const parts = new Map<number, string>();
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const index of split[part]) parts.set(index, part === 'validation' ? 'val' : part);
  }
  return new Map([
    [
      'questions.csv',
      table(
        ['prompt_id', 'category', 'prompt'],
        questions.map(({ id, category, prompt }) => [id, category, prompt]),
      ),
    ],
    [
      'responses.csv',
      table(
        ['prompt_id', 'model_id', 'category', 'label', 'model_name', 'output_chars'],
        responses,
      ),
    ],
    [
      'models.csv',
      table(
        [
          'model_id',
          'model_name',
          'family',
          'parameters_billion',
          'price_per_million_output_tokens_usd',
          'speciality',
        ],
        models.map((model, index) => [
          index,
          model.name,
          model.family,
          model.parametersBillion,
          model.pricePerMillionOutputTokens,
          pool.truth.specialities[index],
        ]),
      ),
    ],
    [
      'splits.csv',
      table(
        ['prompt_id', 'split'],
        questions.map((question, index) => [question.id, parts.get(index)]),
      ),
    ],
  ]);
}

type Cell = string | number | undefined;

function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: Cell): string {
  const text = cell === undefined ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
