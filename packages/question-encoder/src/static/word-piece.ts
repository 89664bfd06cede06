import { DataError } from '@embedllm/core';
import { isJsonObject, type JsonObject, ownValue } from '@embedllm/internals';
import type { TextTokenizer } from './text-tokenizer.js';

/** Words whose pieces are kept; texts repeat theirs. */
const MAX_CACHED_WORDS = 50_000;
/** `[^\s...]` of a word, or one character that stands alone: punctuation, a symbol, a Chinese character. */
const CHINESE =
  '\\u4e00-\\u9fff\\u3400-\\u4dbf\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2ceaf}\\uf900-\\ufaff\\u{2f800}-\\u{2fa1f}';
const PUNCTUATION = '\\p{P}\\u0021-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007e';
const WORDS = new RegExp(`[^\\s${PUNCTUATION}${CHINESE}]+|[${PUNCTUATION}${CHINESE}]`, 'gu');
const CONTROLS = /(?![\t\n\r])[\0\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const NOT_ASCII = /[^\t\n\r -~]/;

/**
 * BERT's tokenizer (Devlin et al., 2018): words and symbols, lower-cased and without accents, each
 * the longest pieces of a vocabulary from left to right. Reads what `tokenizer.json` says of it.
 *
 * @returns `undefined` where the file describes another tokenizer, or BERT's with other settings.
 * @throws DataError `invalid-data` naming the field that is malformed.
 */
export function readWordPiece(json: JsonObject, file: string): TextTokenizer | undefined {
  const [normalizer, splitter, model] = ['normalizer', 'pre_tokenizer', 'model'].map((name) => {
    const value = ownValue(json, name);
    return isJsonObject(value) ? value : {};
  }) as [JsonObject, JsonObject, JsonObject];
  const added = readAddedTokens(json);
  const isBert =
    normalizer.type === 'BertNormalizer' &&
    normalizer.clean_text === true &&
    normalizer.handle_chinese_chars === true &&
    normalizer.lowercase === true &&
    normalizer.strip_accents !== false &&
    splitter.type === 'BertPreTokenizer' &&
    model.type === 'WordPiece';
  if (!isBert || !added) return undefined;
  const prefix = model.continuing_subword_prefix ?? '##';
  const longest = model.max_input_chars_per_word ?? 100;
  const { vocab, unk_token: unknownToken = '[UNK]' } = model;
  if (!isJsonObject(vocab))
    throw new DataError('Must be an object.', { file, field: 'model.vocab' });
  const ids = new Map(
    Object.entries(vocab).map(([token, id]) => [token, checkId(id, token, file)]),
  );
  for (const [token, id] of added) ids.set(token, id);
  const unknown = typeof unknownToken === 'string' ? ids.get(unknownToken) : undefined;
  if (typeof prefix !== 'string' || typeof longest !== 'number' || unknown === undefined) {
    throw new DataError('Must have a prefix, a length and an unknown token of the vocabulary.', {
      file,
      field: 'model',
    });
  }
  return new WordPiece({ ids, added, prefix, longest, unknown });
}

function checkId(id: unknown, token: string, file: string): number {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id;
  throw new DataError('Must be a number of at least 0.', {
    file,
    field: `model.vocab.${token.slice(0, 40)}`,
  });
}

/** Tokens that stand for themselves in a text; `undefined` where one asks for more than that. */
function readAddedTokens(json: JsonObject): Map<string, number> | undefined {
  const list = ownValue(json, 'added_tokens') ?? [];
  if (!Array.isArray(list)) return undefined;
  const added = new Map<string, number>();
  for (const item of list) {
    if (!isJsonObject(item)) return undefined;
    const { content, id, lstrip, rstrip, normalized, single_word: singleWord } = item;
    const isPlain = !lstrip && !rstrip && !normalized && !singleWord;
    if (typeof content !== 'string' || content === '' || typeof id !== 'number' || !isPlain) {
      return undefined;
    }
    added.set(content, id);
  }
  return added;
}

interface WordPieceOptions {
  readonly ids: ReadonlyMap<string, number>;
  readonly added: ReadonlyMap<string, number>;
  readonly prefix: string;
  /** Characters of a word beyond which it is unknown. */
  readonly longest: number;
  readonly unknown: number;
}

class WordPiece implements TextTokenizer {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly special: ReadonlySet<number>;
  readonly unknown: number;
  readonly #options: WordPieceOptions;
  readonly #added: RegExp | undefined;
  readonly #cache = new Map<string, readonly number[]>();

  constructor(options: WordPieceOptions) {
    this.#options = options;
    this.vocabulary = options.ids;
    this.special = new Set(options.added.values());
    this.unknown = options.unknown;
    const names = [...options.added.keys()].sort((a, b) => b.length - a.length);
    const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    this.#added = names.length > 0 ? new RegExp(`(${pattern})`) : undefined;
  }

  encode(text: string): number[] {
    const found: number[] = [];
    if (!this.#added?.test(text)) {
      this.#encodeInto(found, text);
      return found;
    }
    text.split(this.#added).forEach((part, index) => {
      if (index % 2 === 1) found.push(this.#options.added.get(part)!);
      else this.#encodeInto(found, part);
    });
    return found;
  }

  textOf(token: string): string {
    const { prefix } = this.#options;
    return token.startsWith(prefix) && token.length > prefix.length
      ? token.slice(prefix.length)
      : token;
  }

  #encodeInto(found: number[], text: string): void {
    let plain = text;
    if (NOT_ASCII.test(text)) {
      plain = text
        .replace(CONTROLS, '')
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '');
    } else {
      plain = text.toLowerCase();
    }
    for (const [word] of plain.matchAll(WORDS)) {
      let pieces = this.#cache.get(word);
      if (!pieces) {
        pieces = this.#takeApart(word);
        if (this.#cache.size >= MAX_CACHED_WORDS) this.#cache.clear();
        if (word.length <= this.#options.longest) this.#cache.set(word, pieces);
      }
      for (const id of pieces) found.push(id);
    }
  }

  #takeApart(word: string): readonly number[] {
    const { ids, prefix, longest, unknown } = this.#options;
    const characters = [...word];
    if (characters.length > longest) return [unknown];
    const found: number[] = [];
    for (let start = 0; start < characters.length; ) {
      let end = characters.length;
      let id: number | undefined;
      for (; end > start; end--) {
        const piece = characters.slice(start, end).join('');
        id = ids.get(start > 0 ? prefix + piece : piece);
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      found.push(id);
      start = end;
    }
    return found;
  }
}
