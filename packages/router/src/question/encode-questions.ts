import { EmbedLLMError, type EncodeOptions, Matrix, type QuestionEncoder } from '@embedllm/core';
import type { ReadQuestion } from './routable.js';

/**
 * The embeddings of questions, shape [Q, D]; texts are encoded together, embeddings kept. An empty
 * text gets zeros, as encoders give them for texts that say nothing to them: then models are
 * compared by their abilities in general.
 *
 * @throws EmbedLLMError `invalid-argument` when there are texts and no encoder; `shape-mismatch`
 * when an embedding or what the encoder gives has another shape; the signal's reason when aborted.
 */
export async function encodeQuestions(
  questions: readonly ReadQuestion[],
  encoder: QuestionEncoder | undefined,
  dimensions: number,
  options: EncodeOptions,
): Promise<Matrix> {
  const texts = questions.flatMap((question) => {
    const text = 'text' in question ? question.text : '';
    return text === '' ? [] : [text];
  });
  const encoded = texts.length > 0 ? await encodeTexts(texts, encoder, options) : undefined;
  if (encoded && texts.length === questions.length) return encoded;
  const embeddings = new Matrix(questions.length, dimensions);
  let next = 0;
  questions.forEach((question, index) => {
    if ('text' in question && question.text === '') return;
    const row = 'text' in question ? encoded?.row(next++) : question.embedding;
    if (row?.length !== dimensions) {
      throw new EmbedLLMError(
        'shape-mismatch',
        `The embedding at index ${index} has ${row?.length} dimensions, but the model takes ${dimensions}.`,
      );
    }
    embeddings.row(index).set(row);
  });
  return embeddings;
}

async function encodeTexts(
  texts: readonly string[],
  encoder: QuestionEncoder | undefined,
  options: EncodeOptions,
): Promise<Matrix> {
  if (!encoder) {
    throw new EmbedLLMError(
      'invalid-argument',
      'This router has no encoder: give it one, or pass embeddings instead of texts.',
    );
  }
  const embeddings = await encoder.encode(texts, options);
  options.signal?.throwIfAborted();
  if (embeddings.rows !== texts.length) {
    throw new EmbedLLMError(
      'shape-mismatch',
      `The encoder ${encoder.id} returned ${embeddings.rows} embeddings for ${texts.length} texts.`,
    );
  }
  return embeddings;
}
