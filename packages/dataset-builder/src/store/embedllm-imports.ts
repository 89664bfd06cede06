import { ModelTable, readModels } from '../embedllm/model-table.js';
import { QuestionTable, readQuestions } from '../embedllm/question-table.js';
import type { FileImport } from './import-file.js';
import type { ImportEmbedLLMOptions } from './import-options.js';

/**
 * How each file of responses in EmbedLLM's columns is to be imported.
 *
 * @throws DataError when the tables of questions or models are malformed.
 */
export async function embedllmImports(options: ImportEmbedLLMOptions): Promise<FileImport[]> {
  const { questions, models, maxRecordBytes, signal } = options;
  const files = typeof options.responses === 'string' ? [options.responses] : options.responses;
  const modelTable = new ModelTable();
  if (models !== undefined) await readModels(models, modelTable, { maxRecordBytes, signal });
  const questionTable = new QuestionTable({ disjointFiles: false });
  if (questions !== undefined) {
    await readQuestions(questions, questionTable, { maxRecordBytes, signal });
  }
  return files.map((file) => ({
    file,
    format: 'embedllm-csv',
    mapping: {
      question: 'prompt_id',
      model: models === undefined ? 'model_name' : 'model_id',
      score: 'label',
      ...(questions === undefined
        ? { category: 'category', prompt: 'prompt' }
        : { category: undefined, prompt: undefined }),
    },
    options,
    modelKey: models === undefined ? 'model_id' : undefined,
    described: { questions: questionTable.questions, models: modelTable },
    onlyKnownQuestions: questions !== undefined,
  }));
}
