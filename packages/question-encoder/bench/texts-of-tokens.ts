import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { miniLmFolder } from '../test/support/minilm/write-minilm.js';

/**
 * Texts of about so many word pieces of BERT's vocabulary, which does not join words: each begins at
 * another word of the source, over whose end they continue at its start.
 */
export async function textsOfTokens(
  source: readonly string[],
  { tokens, count }: { readonly tokens: number; readonly count: number },
): Promise<string[]> {
  const folder = await miniLmFolder();
  const json = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const tokenizer = new Tokenizer(
    await json('tokenizer.json'),
    await json('tokenizer_config.json'),
  );
  const words = source.join(' ').split(/\s+/).slice(0, 200_000);
  const lengths = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => {
    const text: string[] = [];
    let length = 0;
    for (let at = index * 37; length < tokens; at++) {
      const word = words[at % words.length] ?? '';
      const known =
        lengths.get(word) ?? tokenizer.encode(word, { add_special_tokens: false }).ids.length;
      lengths.set(word, known);
      text.push(word);
      length += known;
    }
    return text.join(' ');
  });
}
