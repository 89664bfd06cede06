import { DataError } from '@embedllm/core';
import { isJsonObject, type JsonObject } from '@embedllm/internals';
import type { TextTokenizer } from './text-tokenizer.js';
import { readWordPiece } from './word-piece.js';

/**
 * Reads a `tokenizer.json`. BERT's tokenizer, which most sentence-embedding models have, is computed
 * here; `@huggingface/tokenizers` is loaded for any other.
 *
 * @throws DataError `invalid-data` on a malformed file.
 */
export async function openTokenizer(bytes: Uint8Array, file: string): Promise<TextTokenizer> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DataError('Not valid JSON in UTF-8.', { file, cause });
  }
  if (!isJsonObject(json)) throw new DataError('Must be an object.', { file });
  return readWordPiece(json, file) ?? (await openAnyTokenizer(json, file));
}

/** @throws as `openTokenizer` does. */
export async function openAnyTokenizer(json: JsonObject, file: string): Promise<TextTokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  try {
    const tokenizer = new Tokenizer(json, {});
    const model = isJsonObject(json.model) ? json.model : {};
    const unknown = model.unk_token ?? model.unk_id;
    return {
      vocabulary: tokenizer.get_vocab(),
      special: new Set(tokenizer.get_added_tokens_decoder().keys()),
      unknown:
        typeof unknown === 'string'
          ? tokenizer.token_to_id(unknown)
          : typeof unknown === 'number'
            ? unknown
            : undefined,
      encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
      textOf: (token) => {
        const id = tokenizer.token_to_id(token);
        return id === undefined ? token : tokenizer.decode([id]);
      },
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`Unsupported tokenizer: ${reason}`, { file, cause });
  }
}
