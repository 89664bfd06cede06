import { EmbedLLMError, type EncodeOptions, Matrix, type QuestionEncoder } from '@embedllm/core';
import type { ReadQuestion } from './routable.js';

/** Questions as a model takes them. */
export interface EncodedQuestions {
  /** Shape [Q, D]. */
  readonly embeddings: Matrix;
  /** As `QuestionEncoder.coverage`, NaN for questions that came as embeddings. */
  readonly coverage?: ArrayLike<number> | undefined;
  /** Tokens of those that came as texts, length Q. */
  readonly inputTokens?: readonly (number | undefined)[] | undefined;
}

/**
 * The embeddings of questions; texts are encoded together, embeddings kept. An empty text gets
 * zeros and a coverage of 0: models are then compared by their abilities in general.
 *
 * @throws EmbedLLMError `invalid-argument` when there are texts and no encoder; `shape-mismatch`
 * when an embedding or what the encoder gives has another shape; the signal's reason when aborted.
 */
export async function encodeQuestions(
  questions: readonly ReadQuestion[],
  encoder: QuestionEncoder | undefined,
  dimensions: number,
  options: EncodeOptions,
): Promise<EncodedQuestions> {
  const inputTokens = questions.map((question) =>
    'text' in question ? question.inputTokens : undefined,
  );
  const texts = questions.flatMap((question) => {
    const text = 'text' in question ? question.text : '';
    return text === '' ? [] : [text];
  });
  const encoded = texts.length > 0 ? await encodeTexts(texts, encoder, options) : undefined;
  const covered = encoded && (await encoder?.coverage?.(texts, { signal: options.signal }));
  if (encoded && texts.length === questions.length) {
    return { embeddings: encoded, coverage: covered, inputTokens };
  }
  const embeddings = new Matrix(questions.length, dimensions);
  const coverage = new Float32Array(questions.length).fill(Number.NaN);
  let next = 0;
  questions.forEach((question, index) => {
    if ('text' in question && question.text === '') {
      coverage[index] = 0;
      return;
    }
    if ('text' in question) coverage[index] = covered?.[next] ?? Number.NaN;
    const row = 'text' in question ? encoded?.row(next++) : question.embedding;
    if (row?.length !== dimensions) {
      throw new EmbedLLMError(
        `The embedding at index ${index} has ${row?.length} dimensions, but the model takes ${dimensions}.`,
        { code: 'shape-mismatch' },
      );
    }
    embeddings.row(index).set(row);
  });
  return { embeddings, coverage, inputTokens };
}

async function encodeTexts(
  texts: readonly string[],
  encoder: QuestionEncoder | undefined,
  options: EncodeOptions,
): Promise<Matrix> {
  if (!encoder) {
    throw new EmbedLLMError(
      'This router has no text encoder. Pass one to Router.fromPretrained as `encoder`, such as restoreEncoder of @embedllm/question-encoder, or route embeddings.',
      { code: 'invalid-argument' },
    );
  }
  const embeddings = await encoder.encode(texts, options);
  options.signal?.throwIfAborted();
  // Encoders without types may return anything.
  if (typeof embeddings?.rows !== 'number') {
    throw new EmbedLLMError(
      `The encoder ${encoder.id} must return a Matrix with a row for each text. Matrix.fromRows makes one of lists.`,
      { code: 'shape-mismatch' },
    );
  }
  if (embeddings.rows !== texts.length) {
    throw new EmbedLLMError(
      `The encoder ${encoder.id} returned ${embeddings.rows} embeddings for ${texts.length} texts.`,
      { code: 'shape-mismatch' },
    );
  }
  if (embeddings instanceof Matrix) return embeddings;
  // A custom encoder may give the bare fields of a matrix.
  const { rows, cols, data }: Matrix = embeddings;
  return new Matrix(rows, cols, data);
}
