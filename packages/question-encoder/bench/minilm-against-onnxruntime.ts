// Texts a CPU second and peak memory of all-MiniLM-L6-v2 through this package, next to plain ONNX
// Runtime: one text a call, one thread, nothing padded. Each measurement is a process of its own, in
// turns, and the least of its runs counts.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createTransformersEncoder, type TransformersEncoderOptions } from '../src/transformers.js';
import { miniLmFolder } from '../test/support/minilm/write-minilm.js';
import { hasZeroEval, readZeroEval } from '../test/support/zeroeval.js';
import { bankTexts } from './bank-texts.js';

type Dtype = 'fp32' | 'q8';
const RUNS = 3;
const MAX_TOKENS = 256;
const MODES: Readonly<Record<string, TransformersEncoderOptions | 'plain'>> = {
  'onnxruntime, 1 thread': 'plain',
  'encoder, 1 thread': { threads: 1 },
  encoder: {},
};

interface Measured {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
  /** Of all components, so that the ways can be compared. */
  readonly checksum: number;
}

function readTexts(): readonly string[] {
  const prompts = hasZeroEval ? readZeroEval().prompts : bankTexts();
  return prompts.filter((_, index) => index % 12 === 0);
}

async function plain(folder: string, dtype: Dtype): Promise<(text: string) => Promise<number[]>> {
  const json = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const tokenizer = new Tokenizer(
    await json('tokenizer.json'),
    await json('tokenizer_config.json'),
  );
  const file = dtype === 'fp32' ? 'model.onnx' : 'model_quantized.onnx';
  const session = await InferenceSession.create(join(folder, 'onnx', file), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  return async (text) => {
    const all = tokenizer.encode(text).ids;
    const ids = all.length > MAX_TOKENS ? [...all.slice(0, MAX_TOKENS - 1), all.at(-1)!] : all;
    const tensor = (data: BigInt64Array) => new Tensor('int64', data, [1, ids.length]);
    const { last_hidden_state: states } = await session.run({
      input_ids: tensor(BigInt64Array.from(ids, BigInt)),
      attention_mask: tensor(new BigInt64Array(ids.length).fill(1n)),
      token_type_ids: tensor(new BigInt64Array(ids.length)),
    });
    const data = states!.data as Float32Array;
    const width = data.length / ids.length;
    const sums = new Array<number>(width).fill(0);
    data.forEach((value, i) => {
      sums[i % width]! += value;
    });
    const norm = Math.hypot(...sums);
    return sums.map((value) => value / norm);
  };
}

async function measure(mode: string, dtype: Dtype): Promise<Measured> {
  const folder = await miniLmFolder();
  const texts = readTexts();
  const options = MODES[mode]!;
  let work: () => Promise<number>;
  if (options === 'plain') {
    const encode = await plain(folder, dtype);
    await encode('warm up');
    work = async () => {
      let sum = 0;
      for (const text of texts) for (const value of await encode(text)) sum += value;
      return sum;
    };
  } else {
    const encoder = await createTransformersEncoder({ folder, dtype, ...options });
    work = async () => (await encoder.encode(texts)).data.reduce((sum, value) => sum + value, 0);
  }
  const cpu = process.cpuUsage();
  const start = performance.now();
  const checksum = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  return { cpuMs: (user + system) / 1000, wallMs, peakMb, checksum };
}

const [mode, dtype] = process.argv.slice(2);
if (mode !== undefined) {
  console.log(JSON.stringify(await measure(mode, dtype as Dtype)));
} else {
  await miniLmFolder();
  const count = readTexts().length;
  const source = hasZeroEval ? 'ZeroEval' : 'the bank of MMLU-Pro (ZeroEval is not there)';
  console.log(`${count} texts of ${source}, at most ${MAX_TOKENS} tokens; least of ${RUNS} runs`);
  for (const chosen of ['fp32', 'q8'] as const) {
    const results = new Map<string, Measured[]>(Object.keys(MODES).map((name) => [name, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const [name, runs] of results) {
        const args = ['--import', 'tsx', fileURLToPath(import.meta.url), name, chosen];
        const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
        runs.push(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
      }
    }
    const least = (name: string, of: keyof Measured): number =>
      Math.min(...(results.get(name) ?? []).map((run) => run[of]));
    const reference = 'onnxruntime, 1 thread';
    for (const name of results.keys()) {
      const cpu = least(name, 'cpuMs');
      console.log(
        `${chosen} ${name}: ${((1000 * count) / cpu).toFixed(1)} texts per CPU second, ${((1000 * count) / least(name, 'wallMs')).toFixed(1)} per second, peak ${least(name, 'peakMb').toFixed(0)} MB; ratio to onnxruntime ${(least(reference, 'cpuMs') / cpu).toFixed(3)}; checksum ${least(name, 'checksum').toFixed(4)}`,
      );
    }
  }
}
