import { DataError, EmbedLLMError } from '@embedllm/core';
import { isJsonObject, type JsonObject } from '@embedllm/internals';
import { readWordPiece } from './word-piece.js';

/** Turns texts into numbers of tokens. */
export interface TextTokenizer {
  /** The number of each token. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Tokens that are no part of texts, such as `[CLS]`. */
  readonly special: ReadonlySet<number>;
  /** What stands for words outside of the vocabulary. */
  readonly unknown: number | undefined;
  /** The tokens of a text, without what a transformer puts around it. */
  encode(text: string): number[];
  /** The text that a token of the vocabulary stands for, without its place in a word. */
  textOf(token: string): string;
}

/**
 * Reads a `tokenizer.json`. BERT's tokenizer, which most sentence-embedding models have, is computed
 * here; any other needs the optional peer `@huggingface/tokenizers`.
 *
 * @throws DataError `invalid-data` on a malformed file; EmbedLLMError `missing-dependency` when the
 * peer is needed and not installed.
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
  const { Tokenizer } = await import('@huggingface/tokenizers').catch((cause: unknown) => {
    throw new EmbedLLMError(
      `${file} describes another tokenizer than BERT's, which needs the package @huggingface/tokenizers: install it with \`npm install @huggingface/tokenizers\`.`,
      { code: 'missing-dependency', cause },
    );
  });
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
    throw new DataError(`Not a tokenizer that can be read: ${reason}`, { file, cause });
  }
}
