import type { EncodeOptions } from '@embedllm/core';
import { checkTexts } from '../text/check-texts.js';
import { runInSlices } from './run-in-slices.js';

/**
 * Reads one text after the other into a result, in slices between which the work can be aborted, and
 * reports the texts that are done.
 *
 * @param result - Made once the texts are known to be texts.
 * @param read - Puts what it finds of the text in this row into the result.
 * @throws EmbedLLMError `invalid-argument` where something is not a text, and the signal's reason.
 */
export async function encodeEach<Result>(
  texts: readonly string[],
  { signal, onProgress }: EncodeOptions,
  result: () => Result,
  read: (target: Result, text: string, row: number) => void,
): Promise<Result> {
  const onStep =
    onProgress &&
    ((done: number) => onProgress({ phase: 'encode', done, total: texts.length, unit: 'texts' }));
  return await runInSlices(readAll(texts, result, read), { signal, onStep });
}

function* readAll<Result>(
  texts: readonly string[],
  result: () => Result,
  read: (target: Result, text: string, row: number) => void,
): Generator<number, Result, void> {
  checkTexts(texts);
  const target = result();
  for (let row = 0; row < texts.length; row++) {
    read(target, texts[row]!, row);
    if (row % 16 === 15 || row === texts.length - 1) yield row + 1;
  }
  return target;
}
