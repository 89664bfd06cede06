import { DataError } from '@embedllm/core';
import type { ReadRecordsOptions } from '../csv/read-records.js';
import { readRows } from '../tables/read-rows.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import { braintrust } from './braintrust.js';
import { helm } from './helm.js';
import { langfuse } from './langfuse.js';
import { langsmith } from './langsmith.js';
import { lighteval } from './lighteval.js';
import { openAIEvals } from './openai-evals.js';
import { openAIEvalsItems } from './openai-evals-items.js';
import { ragas } from './ragas.js';
import type { RowsTool } from './rows-tool.js';

const TOOLS: readonly RowsTool[] = [
  openAIEvals,
  openAIEvalsItems,
  braintrust,
  langsmith,
  langfuse,
  lighteval,
  helm,
  ragas,
];

/** The tool whose records a file has, by its first; `undefined` if it is not one of these. */
export async function findRowsTool(
  file: string,
  options: ReadRecordsOptions,
): Promise<RowsTool | undefined> {
  let found: RowsTool | undefined;
  try {
    await readRows(
      file,
      await sniffSyntax(file, options),
      (first) => {
        found = TOOLS.find(({ isOf }) => isOf(first));
        return true;
      },
      options,
    );
  } catch (error) {
    // Whoever reads it says what is wrong with it.
    if (!(error instanceof DataError)) throw error;
  }
  return found;
}
