import { Matrix, type QuestionEncoder } from '@embedllm/core';
import { createHashingEncoder, fitLsaEncoder, joinEncoders } from '@embedllm/question-encoder';
import { createTransformersEncoder } from '@embedllm/question-encoder/transformers';
import { englishEncoder } from '../../../encoder-english/src/node.js';
import { plainMiniLm } from '../../../question-encoder/bench/plain-minilm.js';
import { miniLmFolder } from '../../../question-encoder/test/support/minilm/write-minilm.js';

/** An encoder by a name of its own. */
export interface RoutedEncoder {
  /** Whether a transformer encodes, some two hundred times slower than the others. */
  readonly isTransformer: boolean;
  /** What its CPU time is compared with. */
  readonly reference?: string;
  readonly open: (training: readonly string[]) => Promise<QuestionEncoder>;
}

/** all-MiniLM-L6-v2 on one thread, as this project runs it. */
const miniLm = (dtype: 'fp32' | 'q8'): RoutedEncoder => ({
  isTransformer: true,
  reference: `onnxruntime ${dtype}`,
  open: async () => createTransformersEncoder({ folder: await miniLmFolder(), dtype, threads: 1 }),
});

/** The same by ONNX Runtime alone, as a custom encoder. */
const plain = (dtype: 'fp32' | 'q8'): RoutedEncoder => ({
  isTransformer: true,
  open: async () => {
    const encodeOne = await plainMiniLm(await miniLmFolder(), dtype);
    const id = `plain:${dtype}`;
    return {
      ...{ id, fingerprint: id, dimensions: 384 },
      encode: async (texts) => {
        const rows: Float32Array[] = [];
        for (const text of texts) rows.push(await encodeOne(text));
        return Matrix.fromRows(rows);
      },
    };
  },
});

const lsa = (training: readonly string[]) => fitLsaEncoder({ texts: training });

export const ENCODERS: Readonly<Record<string, RoutedEncoder>> = {
  lsa: { isTransformer: false, open: lsa },
  'hashing, 1024': {
    isTransformer: false,
    reference: 'lsa',
    open: async () => createHashingEncoder(),
  },
  english: { isTransformer: false, reference: 'lsa', open: () => englishEncoder() },
  'lsa+english': {
    ...{ isTransformer: false, reference: 'lsa' },
    open: async (training) => joinEncoders([await lsa(training), await englishEncoder()]),
  },
  'onnxruntime fp32': plain('fp32'),
  'MiniLM fp32': miniLm('fp32'),
  'onnxruntime q8': plain('q8'),
  'MiniLM q8': miniLm('q8'),
};
