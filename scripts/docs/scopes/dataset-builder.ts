// Tables, logs and archives of the pool.
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { openEvaluationStore } from '@embedllm/dataset-builder/store';
import { create } from 'tar';
import { ZipFile } from 'yazl';
import './inspect-logs.js';
import './tables.js';
import { file as log } from './harness-logs.js';
import './inspect-logs.js';

export { baseURL } from './asked-models.js';
export { documents, file } from './harness-logs.js';

await create({ file: 'logs.tar.gz', gzip: true }, ['logs']);
const zip = new ZipFile();
zip.addBuffer(await readFile(log), 'pool/samples_gsm8k.jsonl');
zip.addBuffer(await readFile(log), 'samples.jsonl');
zip.addBuffer(Buffer.from('{}'), 'header.json');
zip.end();
await pipeline(zip.outputStream, createWriteStream('logs.zip'));

export const store = await openEvaluationStore('pool-of-examples.duckdb');
await writeFile('prices.csv', 'model,output_price\nqwen-72b,0.9\n');
await writeFile('judged.csv', 'question,model,correct\nWhat is 2 + 2?,qwen-72b,yes\n');
await writeFile('new-model.csv', 'prompt_id,label\ngsm8k/17,1\ngsm8k/3,0\n');
