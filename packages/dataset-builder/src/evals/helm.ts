import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DataError } from '@embedllm/core';
import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { readRows } from '../tables/read-rows.js';
import { readObject } from '../tables/sniff-syntax.js';
import type { TableRow } from '../tables/table-row.js';
import { firstMetric } from './first-metric.js';
import { objectAt, textIn } from './input-text.js';
import { modelOf, type RowsTool } from './rows-tool.js';

/** The first of these that an answer has counts where none is named. */
const METRICS = [
  ...[
    'exact_match',
    'quasi_exact_match',
    'final_number_exact_match',
    'math_equiv_chain_of_thought',
  ],
  ...['math_equiv', 'chain_of_thought_correctness', 'ifeval_strict_accuracy', 'prefix_exact_match'],
  ...['quasi_prefix_exact_match', 'pass@1', 'test_avg', 'f1_score'],
];

const SCENARIO = 'scenario_state.json';

/**
 * A run of HELM, by its `display_predictions.json`, `per_instance_stats.json` or
 * `scenario_state.json`: the files next to it (`run_spec.json`, and `instances.json` or
 * `scenario_state.json`) say model, scenario and questions. Perturbed questions are left out; repeated
 * trials are repeated answers.
 */
export const helm: RowsTool = {
  name: 'HELM',
  understood: 'question=instance, model=adapter_spec.model',
  isOf: ({ columns }) =>
    (columns.includes('instance_id') && columns.some((column) => /^stats(?:\.|$)/.test(column))) ||
    (columns.includes('train_trial_index') && columns.includes('instance.input.text')),
  read: async (reading, file) => {
    const folder = dirname(file);
    const { model: said, category } = await runOf(folder);
    const texts = await textsOf(folder, file);
    const isScenario = basename(file) === SCENARIO;
    const stats = isScenario ? await statsOf(join(folder, 'per_instance_stats.json')) : undefined;
    return {
      row: (row) => {
        const id = textIn(row.value(isScenario ? 'instance.id' : 'instance_id')) ?? '';
        const place = { file, row: row.row };
        if (isPerturbed(row) || row.value('request_mode') === 'calibration') return undefined;
        const text = texts.get(id);
        if (text === undefined) {
          throw new DataError(`the question "${id}" is not among the instances of the run.`, {
            ...place,
            field: row.field('instance_id'),
          });
        }
        const model = modelOf(said, reading, {
          ...place,
          field: 'run_spec.json adapter_spec.model',
        });
        const values = stats ? stats.get(keyOf(id, row)) : metricsIn(row.value('stats'));
        const answer = {
          question: `${category} ${id}`,
          prompt: text,
          category,
          model,
          row: row.row,
        };
        // The answer failed, or nothing measured it.
        if (values === undefined || Object.keys(values).length === 0) {
          return { ...answer, score: null, field: 'stats', missing: 'error' };
        }
        const at = { ...place, field: row.field('stats') };
        const { name, score } = firstMetric(values, reading.scoreColumn, METRICS, at);
        return { ...answer, score, field: name, missing: score === null ? 'error' : undefined };
      },
    };
  },
};

async function runOf(folder: string): Promise<{ model: string | undefined; category: string }> {
  const file = join(folder, 'run_spec.json');
  if (!existsSync(file)) return { model: undefined, category: basename(folder) };
  const spec = await readObject(file, {});
  const adapter = objectAt(spec, 'adapter_spec') ?? {};
  const model = textIn(ownValue(adapter, 'model')) ?? textIn(ownValue(adapter, 'model_deployment'));
  const name = textIn(ownValue(spec, 'name')) ?? basename(folder);
  // `mmlu:subject=anatomy,model=openai_gpt-4o` without the model.
  const [scenario = name, settings = ''] = name.split(/:(.*)/s);
  const kept = settings
    .split(',')
    .filter((part) => part !== '' && !/^model(?:_deployment)?=/.test(part));
  return { model, category: kept.length === 0 ? scenario : `${scenario}:${kept.join(',')}` };
}

async function textsOf(folder: string, file: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const note = (instance: unknown): undefined => {
    if (!isJsonObject(instance)) return undefined;
    const id = textIn(ownValue(instance, 'id'));
    const text = textOf(instance);
    if (
      id !== undefined &&
      text !== undefined &&
      !isJsonObject(ownValue(instance, 'perturbation'))
    ) {
      texts.set(id, text);
    }
    return undefined;
  };
  const instances = join(folder, 'instances.json');
  const scenario = join(folder, SCENARIO);
  if (existsSync(instances)) {
    await readRows(instances, { format: 'json', list: undefined }, (row) =>
      note(
        Object.fromEntries(
          ['id', 'input', 'references', 'perturbation'].map((name) => [name, row.value(name)]),
        ),
      ),
    );
  } else if (existsSync(scenario)) {
    const syntax = { format: 'json', list: 'request_states' } as const;
    await readRows(scenario, syntax, (row) => note(row.value('instance')));
  } else {
    throw new DataError(
      'has no instances.json or scenario_state.json next to it, which contain the questions.',
      {
        file,
      },
    );
  }
  return texts;
}

/** The text of a question; where some of its references are wrong answers, they are its choices. */
function textOf(instance: JsonObject): string | undefined {
  const input = ownValue(instance, 'input');
  const text = textIn(isJsonObject(input) ? ownValue(input, 'text') : input);
  const given = ownValue(instance, 'references');
  const references = Array.isArray(given) ? given.filter(isJsonObject) : [];
  const isChoice = references.some(
    ({ tags }) => !(Array.isArray(tags) && tags.includes('correct')),
  );
  if (text === undefined || !isChoice) return text;
  const choices = references.map((reference, index) => {
    const output = ownValue(reference, 'output');
    const choice = isJsonObject(output) ? ownValue(output, 'text') : output;
    return `${String.fromCharCode(65 + index)}. ${String(choice)}`;
  });
  return [text, ...choices].join('\n');
}

/** `stats` of `display_predictions.json` has names and numbers, that of `per_instance_stats.json` a list. */
function metricsIn(stats: unknown): JsonObject | undefined {
  if (!Array.isArray(stats)) return isJsonObject(stats) ? stats : undefined;
  return Object.fromEntries(
    stats.filter(isJsonObject).flatMap((stat) => {
      const name = textIn(ownValue(objectAt(stat, 'name') ?? {}, 'name'));
      const mean = ownValue(stat, 'mean');
      return name === undefined || typeof mean !== 'number' ? [] : [[name, mean]];
    }),
  );
}

async function statsOf(file: string): Promise<Map<string, JsonObject>> {
  const stats = new Map<string, JsonObject>();
  await readRows(file, { format: 'json', list: undefined }, (row) => {
    if (isPerturbed(row)) return undefined;
    const key = keyOf(textIn(row.value('instance_id')) ?? '', row);
    stats.set(key, { ...stats.get(key), ...metricsIn(row.value('stats')) });
    return undefined;
  });
  return stats;
}

function keyOf(id: string, row: TableRow): string {
  return `${id} ${String(row.value('train_trial_index') ?? 0)}`;
}

function isPerturbed(row: TableRow): boolean {
  return row.columns.some((column) => /(?:^|\.)perturbation\./.test(column));
}
