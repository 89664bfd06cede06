import { basename } from 'node:path';
import { advice, EmbedLLMError, namedOption } from '@embedllm/core';

/**
 * The model that the option `model` names for a whole file, where `{file}` stands for the file's name
 * without its endings.
 *
 * @throws EmbedLLMError where that is empty.
 */
export function modelOfFile(file: string, model: string): string {
  const ofFile = basename(file).replace(
    /(?:\.(?:csv|tsv|txt|jsonl|ndjson|json|parquet|pq|gz))+$/i,
    '',
  );
  const name = model.replaceAll('{file}', ofFile).trim();
  if (name !== '') return name;
  const problem = model.trim() === '' ? 'is empty' : `is empty for the file ${file}`;
  throw new EmbedLLMError(
    advice`The name of the model ${problem}. Give one with ${namedOption('model', 'NAME')}.`,
    { code: 'invalid-argument' },
  );
}
