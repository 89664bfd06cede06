import { advice, DataError, namedOption } from '@embedllm/core';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { idOfText } from '../tables/read-planned.js';
import { scoreOfValue } from '../tables/score-text.js';
import type { EvalsAnswer } from './evals-answer.js';
import { inputText, textIn } from './input-text.js';
import { modelOf, type RowsTool } from './rows-tool.js';

interface Sample {
  prompt: unknown;
  row: number;
  scored: { readonly data: JsonObject; readonly row: number } | undefined;
}

/**
 * The log of the framework openai/evals: a line with `spec`, then events of `sampling` and `match` by
 * `sample_id`, and one with `final_report`. The label is `correct` of the match, or the field of
 * `match` or `metrics` that is named.
 */
export const openAIEvals: RowsTool = {
  name: 'OpenAI Evals',
  understood: 'question=sampling, model=completion_fns',
  isOf: (first) => first.columns.some((column) => column.startsWith('spec.')),
  read: (reading, file) => {
    const samples = new Map<string, Sample>();
    let model: string | undefined;
    let category: string | undefined;
    return {
      row: (row) => {
        const spec = row.value('spec');
        if (isJsonObject(spec)) {
          const functions = ownValue(spec, 'completion_fns');
          model = textIn(Array.isArray(functions) ? functions[0] : functions);
          category = textIn(ownValue(spec, 'base_eval')) ?? textIn(ownValue(spec, 'eval_name'));
          return undefined;
        }
        const id = textIn(row.value('sample_id'));
        const data = row.value('data');
        if (id === undefined || !isJsonObject(data)) return undefined;
        const sample = samples.get(id) ?? { prompt: undefined, row: row.row, scored: undefined };
        samples.set(id, sample);
        const type = row.value('type');
        if (type === 'sampling') sample.prompt ??= ownValue(data, 'prompt');
        if (type === 'match' || type === 'metrics') {
          sample.scored = { data: { ...sample.scored?.data, ...data }, row: row.row };
        }
        return undefined;
      },
      *end(): Generator<EvalsAnswer> {
        for (const { prompt, row, scored } of samples.values()) {
          const place = { file, row };
          const text = inputText(prompt, { ...place, field: 'data.prompt' });
          const name = modelOf(model, reading, { file, row: 1, field: 'spec.completion_fns' });
          const field = reading.scoreColumn ?? 'correct';
          const value = scored && ownValue(scored.data, field);
          if (scored && value === undefined) {
            throw new DataError(
              advice`the sample has no ${field}. Available: ${Object.keys(scored.data).join(', ')}. Choose one with ${namedOption('scoreColumn', 'NAME')}.`,
              { file, row: scored.row, field: `data.${field}` },
            );
          }
          const score = scoreOfValue(value);
          if (score === undefined) {
            throw new DataError(`must be a score from 0 to 1, but ${describeFound(value)}.`, {
              ...{ file, row: scored?.row ?? row, field: `data.${field}` },
            });
          }
          yield {
            ...{ question: idOfText(text), prompt: text, category, model: name },
            ...{ row: scored?.row ?? row, score, field },
            missing: scored === undefined ? 'error' : undefined,
          };
        }
      },
    };
  },
};
