import { readHeader } from '../csv/read-header.js';

/** Columns without which `readEmbedLLM` reads nothing. */
const NEEDED = ['prompt_id', 'model_id', 'label'];

/**
 * Whether a CSV file has EmbedLLM's columns, so that `readEmbedLLM` reads it; for others there is
 * `readTables`. Only the header is read; false where that cannot be.
 */
export async function hasEmbedLLMColumns(file: string): Promise<boolean> {
  const header = await readHeader(file).catch(() => undefined);
  return header !== undefined && NEEDED.every((name) => header.columns.includes(name));
}
