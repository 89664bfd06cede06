import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStaticEncoder, distillStatic, type StaticEncoder } from '../../../src/index.js';
import { createTransformersEncoder } from '../../../src/transformers.js';
import { miniLmFolder } from './write-minilm.js';

/** all-MiniLM-L6-v2 as a table of token vectors. Distilled once, in some 40 CPU seconds. */
export async function staticMiniLm(dimensions: number): Promise<StaticEncoder> {
  const folder = await miniLmFolder();
  const tokenizer = await readFile(join(folder, 'tokenizer.json'));
  const name = `all-MiniLM-L6-v2-${dimensions}`;
  const file = join(folder, '..', `${name}.safetensors`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept) return await createStaticEncoder({ tokenizer, weights: kept, name });
  const transformer = await createTransformersEncoder({ folder });
  const encoder = await distillStatic(transformer, { tokenizer, dimensions, name });
  await transformer.dispose();
  const weights = encoder.serialize().files.get('model.safetensors');
  if (!weights) throw new Error('no weights');
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.${process.pid}`, weights);
  await rename(`${file}.${process.pid}`, file);
  return encoder;
}
