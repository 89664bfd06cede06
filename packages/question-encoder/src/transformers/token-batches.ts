/** A text as its model sees it. */
export interface TokenizedText {
  readonly inputIds: readonly number[];
  /** Segment numbers, where the tokenizer gives them. */
  readonly tokenTypeIds?: readonly number[] | undefined;
}

/** Equally long rows of token numbers, ready for a model; shape [texts, positions]. */
export interface TokenBatch {
  /** Index of each row's text. */
  readonly texts: readonly number[];
  /** Tokens of each row before padding. */
  readonly lengths: readonly number[];
  readonly positions: number;
  readonly inputIds: BigInt64Array;
  /** 1 for a token, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  readonly tokenTypeIds?: BigInt64Array | undefined;
}

/**
 * Number of special tokens that a tokenizer puts behind a text, found by comparing what it makes
 * of a text with what it makes of an empty one (`[CLS] [SEP]`).
 */
export function countClosingTokens(empty: readonly number[], full: readonly number[]): number {
  for (let closing = 0; closing <= empty.length; closing++) {
    const opening = empty.length - closing;
    const matches = empty.every(
      (id, i) => id === (i < opening ? full[i] : full[full.length - empty.length + i]),
    );
    if (matches) return closing;
  }
  return 0;
}

/**
 * Cuts a text to at most `maxTokens` tokens, keeping the closing special tokens, as
 * sentence-transformers does.
 *
 * @returns the text itself where it is short enough.
 */
export function truncateTokens(
  text: TokenizedText,
  maxTokens: number,
  closing: number,
): TokenizedText {
  if (text.inputIds.length <= maxTokens) return text;
  const cut = <T>(values: readonly T[]): T[] => [
    ...values.slice(0, Math.max(0, maxTokens - closing)),
    ...values.slice(values.length - Math.min(closing, maxTokens)),
  ];
  return {
    inputIds: cut(text.inputIds),
    tokenTypeIds: text.tokenTypeIds && cut(text.tokenTypeIds),
  };
}

/** Limits of a batch. */
export interface BatchLimits {
  readonly maxTexts: number;
  /** Padding included. A text that is longer is a batch of its own. */
  readonly maxTokens: number;
}

/**
 * Groups texts of similar length, longest first, so that little is padded and a batch that does
 * not fit in memory fails at once. Texts without any token are left out.
 */
export function* batchByLength(
  texts: readonly TokenizedText[],
  { maxTexts, maxTokens }: BatchLimits,
  padding: number,
): Generator<TokenBatch, void, void> {
  const lengthOf = (index: number): number => texts[index]?.inputIds.length ?? 0;
  const order = Array.from(texts, (_, index) => index)
    .filter((index) => lengthOf(index) > 0)
    .sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  for (let start = 0; start < order.length; ) {
    const fitting = Math.floor(maxTokens / lengthOf(order[start]!));
    const end = start + Math.max(1, Math.min(maxTexts, fitting));
    yield padBatch(texts, order.slice(start, end), padding);
    start = end;
  }
}

function padBatch(
  texts: readonly TokenizedText[],
  indices: readonly number[],
  padding: number,
): TokenBatch {
  const rows = indices.map((index) => texts[index] as TokenizedText);
  const lengths = rows.map(({ inputIds }) => inputIds.length);
  const positions = Math.max(...lengths);
  const fill = (values: (row: TokenizedText) => readonly number[], rest: number) => {
    const filled = new BigInt64Array(rows.length * positions).fill(BigInt(rest));
    rows.forEach((row, r) => {
      values(row).forEach((value, i) => {
        filled[r * positions + i] = BigInt(value);
      });
    });
    return filled;
  };
  return {
    texts: indices,
    lengths,
    positions,
    inputIds: fill((row) => row.inputIds, padding),
    attentionMask: fill((row) => row.inputIds.map(() => 1), 0),
    tokenTypeIds: rows.every((row) => row.tokenTypeIds)
      ? fill((row) => row.tokenTypeIds ?? [], 0)
      : undefined,
  };
}
