import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { importEvaluations, openEvaluationStore } from '@embedllm/dataset-builder/store';

const ORDERS = [
  [0, 1, 2, 3],
  [3, 1, 2, 0],
  [1, 0, 3, 2],
];

/**
 * A folder of logs of lm-evaluation-harness for each model: all answer the same questions, each in its
 * own order of choices, by name of the file.
 */
export function harnessLogs(models: number, questions: number): Map<string, string> {
  const files = new Map<string, string>();
  for (let model = 0; model < models; model++) {
    const folder = `model-${String(model).padStart(2, '0')}`;
    const date = '2025-03-01T10-00-00.1';
    const lines = Array.from({ length: questions }, (_, question) => {
      const order = ORDERS[(question + model) % 3] ?? [];
      const texts = ['right', 'wrong', 'false', 'untrue'].map((text) => `${text} ${question}`);
      const choices = order.map((from) => texts[from]);
      const doc = { question: `What holds for ${question}?`, choices, answer: order.indexOf(0) };
      const doc_hash = createHash('sha256').update(JSON.stringify(doc)).digest('hex');
      const acc = Number((question * 7 + model * 3) % 5 < 3);
      return JSON.stringify({ doc_id: question, doc, doc_hash, metrics: ['acc'], acc });
    });
    files.set(`${folder}/samples_own_${date}.jsonl`, `${lines.join('\n')}\n`);
    files.set(`${folder}/results_${date}.json`, JSON.stringify({ model_name: folder }));
  }
  return files;
}

/** What a folder is as a store: each response with what belongs to it, sorted. */
export async function localRows(sources: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-local-'));
  const store = await openEvaluationStore(join(folder, 'store.duckdb'));
  try {
    for (const source of sources) await importEvaluations(store, source);
    const rows = await store.query(
      `SELECT questions.id, category, prompt, name, info, score FROM responses
        JOIN questions USING (question_id) JOIN models USING (model_id)`,
    );
    return sorted(rows);
  } finally {
    store.close();
    await rm(folder, { recursive: true });
  }
}

/** The same of a set in a folder, as DuckDB queries it. */
export async function parquetRows(set: string): Promise<string[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT q.id, category, prompt, name, info, score FROM '${set}responses/*.parquet'
        JOIN '${set}questions/*.parquet' q USING (question_id)
        JOIN '${set}models.parquet' USING (model_id)`,
    );
    return sorted(reader.getRowObjectsJS());
  } finally {
    connection.closeSync();
  }
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
