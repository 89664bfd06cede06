import { createHash } from 'node:crypto';
import { connectCluster } from '@embedllm/cluster';
import { Matrix, type QuestionEncoder, readSafetensors, tensorToMatrix } from '@embedllm/core';
import { encoderRecord } from '@embedllm/question-encoder';
import type { Context } from '../program/context.js';
import type { ClusterOptions } from './cluster-options.js';
import { clusterSettings } from './cluster-settings.js';

/**
 * Encodes texts on the workers of a cluster: they go to storage, and the vectors come from there.
 *
 * @returns shape [texts.length, D].
 */
export async function encodeOnCluster(
  context: Context,
  encoder: QuestionEncoder,
  texts: readonly string[],
  options: ClusterOptions,
): Promise<Matrix> {
  const { signal, progress } = context;
  const settings = await clusterSettings(context, options);
  const { storage } = settings;
  const cluster = await connectCluster(settings);
  const task = progress.start('Encoding');
  const lines = Buffer.from(texts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''));
  const record = encoderRecord(encoder);
  const hash = createHash('sha256').update(lines).update(record.fingerprint).digest('hex');
  const folder = `encodings/${hash.slice(0, 16)}/`;
  const key = `${folder}texts/questions.jsonl`;
  try {
    if ((await storage.size(key, { signal })) !== lines.length) {
      await storage.put(key, lines, { signal });
    }
    context.resumeHint = `Finished vectors are in ${storage.address}/${folder}; run the same command again to resume.`;
    const { parts } = await cluster.encode({
      ...{ texts: `${folder}texts/`, output: `${folder}vectors/`, encoder: record },
      ...{ bytesPerPart: 256 * 1024, signal, onProgress: task.onProgress },
    });
    const vectors = new Matrix(texts.length, encoder.dimensions);
    let row = 0;
    for (const { key: part } of parts) {
      const { tensors } = readSafetensors(await storage.get(part, { signal }), { file: part });
      const tensor = tensors.get('embeddings');
      if (!tensor) continue;
      const matrix = tensorToMatrix(tensor, { file: part, name: 'embeddings' });
      vectors.data.set(matrix.data, row * encoder.dimensions);
      row += matrix.rows;
    }
    // What was kept for another try is not needed any more.
    context.resumeHint = undefined;
    for await (const object of storage.list(folder)) await storage.delete(object.key);
    return vectors;
  } finally {
    task.end();
    await cluster.close();
    await storage.close();
  }
}
