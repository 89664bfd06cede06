import { fromPretrained } from '@embedllm/core/node';
import { inspectQuality } from '@embedllm/dataset-builder';
import {
  collectReport,
  formatEvaluation,
  type ReportContent,
  renderReport,
} from '@embedllm/report';
import { encodeEachSplit } from '../../inputs/embed-splits.js';
import { readQuestionEmbeddings } from '../../inputs/encode-dataset.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { openEngine } from '../../inputs/open-engine.js';
import { withPrices } from '../../inputs/price-list.js';
import { isFitted, refitEncoder } from '../../inputs/refit-encoder.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { vectorsOf } from '../../inputs/vectors-of.js';
import { assertFilePlace } from '../../output/output-place.js';
import { replaceFile } from '../../output/replace-file.js';
import type { Context } from '../../program/context.js';
import type { ReportCommandOptions } from './options.js';

/** Collects the report of a dataset and an artifact, and writes it as HTML. */
export async function writeReport(
  context: Context,
  options: ReportCommandOptions,
): Promise<{ content: ReportContent; text: string }> {
  const { signal } = context;
  const { splits, heldOut, example, title, seed } = options;
  const name = options.output ?? (context.json ? undefined : 'report.html');
  if (name !== undefined) await assertFilePlace(context.path(name));
  const read = await fromPretrained(context.path(options.artifact), { signal });
  const artifact = { ...read, models: await withPrices(context, read.models, options) };
  const opened = await openDataset(context, options);
  const dataset = { ...opened, models: await withPrices(context, opened.models, options) };
  const vectors =
    options.embeddings === undefined
      ? undefined
      : await vectorsOf(
          artifact.encoder,
          await readQuestionEmbeddings(context.path(options.embeddings), dataset, context.signal),
          options.embeddings,
        );
  const isForeign = artifact.encoder.id === 'external';
  const encoder = isForeign
    ? undefined
    : await restoreArtifactEncoder(context, artifact.encoder, options);
  const refit =
    vectors === undefined && isFitted(artifact.encoder)
      ? await refitEncoder(artifact.encoder)
      : undefined;
  const engine = await openEngine(context, undefined);
  const task = context.progress.start('Collecting');
  try {
    const quality = await inspectQuality(dataset, {
      split: dataset.split,
      signal,
      onProgress: task.onProgress,
    });
    const content = await collectReport({
      dataset,
      quality,
      title,
      dataName: dataset.path,
      artifact,
      split: dataset.split,
      splitName: dataset.splitName,
      embeddings: vectors,
      encoder,
      comparison:
        splits > 0
          ? {
              seeds: Array.from({ length: splits }, (_, index) => seed + index),
              embeddings:
                refit && encodeEachSplit(context, dataset, (trainingTexts) => refit(trainingTexts)),
            }
          : false,
      examples: encoder ? example : undefined,
      heldOutBenchmarks: heldOut,
      seed,
      engine,
      signal,
      onProgress: task.onProgress,
    });
    const { evaluation } = content;
    const figures = evaluation.available ? `${formatEvaluation(evaluation.content)}\n` : '';
    if (name === undefined) return { content, text: figures.trimEnd() };
    const output = context.path(name);
    task.onProgress({ phase: 'drawing', done: 0, total: 1 });
    await replaceFile(output, await renderReport(content));
    return { content, text: `${figures}Report: ${output}` };
  } finally {
    task.end();
    await engine.dispose();
  }
}
