import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** As all-MiniLM-L6-v2 says of itself. */
const MAX_TOKENS = 256;

/**
 * all-MiniLM-L6-v2 by ONNX Runtime and nothing else: one text a call, one thread, nothing padded, the
 * mean of the tokens at length 1.
 */
export async function plainMiniLm(
  folder: string,
  dtype: 'fp32' | 'q8',
): Promise<(text: string) => Promise<Float32Array>> {
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
    const sums = new Float32Array(width);
    data.forEach((value, i) => {
      sums[i % width]! += value;
    });
    const norm = Math.hypot(...sums);
    return sums.map((value) => value / norm);
  };
}
