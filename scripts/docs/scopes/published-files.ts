// Files of the published code, small: those that the trainer's tests read.
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export { readFile } from 'node:fs/promises';

const golden = new URL('test/golden/', import.meta.resolve('@embedllm/trainer/package.json'));
await copyFile(fileURLToPath(new URL('state-dict.pth', golden)), 'saved_model.pth');
await copyFile(fileURLToPath(new URL('slice.pth', golden)), 'question_embeddings.pth');

/** Names for the models of the file. */
export const models = ['gpt-4o-mini', 'qwen2.5-7b', 'llama-3.1-8b'];
