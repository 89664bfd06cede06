import { connectCluster, type RecordSet } from '@embedllm/cluster';
import { quantity } from '@embedllm/internals';
import { clusterSettings } from '../../inputs/cluster-settings.js';
import { readingOptions } from '../../inputs/reading-options.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { BuildOptions } from './options.js';

/** What a build on a cluster did; plain JSON. */
export interface StoredBuildSummary extends Omit<RecordSet, 'models' | 'parts'> {
  /** Prefix in the storage. */
  readonly output: string;
  readonly storage: string;
  readonly models: number;
  readonly parts: number;
}

/** Imports records in storage to a set in storage, on the workers of a cluster. */
export async function buildStored(
  context: Context,
  options: BuildOptions,
  [source, ...others]: readonly string[],
): Promise<{ summary: StoredBuildSummary; text: string }> {
  if (source === undefined || others.length > 0) {
    throw new UsageError(
      'With --cluster, build takes exactly one source: a folder in the storage.',
    );
  }
  for (const [flag, value] of [
    ['--split', options.split],
    ['--group-duplicates', options.groupDuplicates],
    ['--quality', options.quality],
    ['--gzip', options.gzip],
    ['--check', options.check],
    ['--prices', options.prices],
  ] as const) {
    if (value === undefined || value === false) continue;
    throw new UsageError(`${flag} cannot be used with --cluster. Remove one of them.`);
  }
  const { signal, onProgress: _, ...reading } = readingOptions(context, options);
  const place = await clusterSettings(context, options);
  const cluster = await connectCluster(place);
  const { address } = place.storage;
  const output = folderKey(options.output);
  context.resumeHint = `Finished parts are in ${address}; run the same command again to resume.`;
  const task = context.progress.start('Importing');
  try {
    const set = await cluster.importRecords({
      ...{ records: folderKey(source), output, reading, parts: options.parts },
      ...{ signal, onProgress: task.onProgress },
    });
    context.resumeHint = undefined;
    const { models, parts, ...counts } = set;
    const summary = {
      ...{ output, storage: address, ...counts, models: models.length, parts: parts.length },
    };
    const lines = [
      `${output} in ${address}: ${quantity(set.questions, 'question')}, ${quantity(models.length, 'model')}, ${quantity(set.responses, 'response')}, in ${quantity(parts.length, 'part')}`,
    ];
    if (set.duplicates > 0) {
      lines.push(`${quantity(set.duplicates, 'response')} repeated one from another folder.`);
    }
    if (set.conflicts > 0) {
      lines.push(`${quantity(set.conflicts, 'response')} contradicted one from another folder.`);
    }
    if (set.reordered > 0) {
      lines.push(
        `${quantity(set.reordered, 'question')} with their choices in a different order, counted as the same.`,
      );
    }
    return { summary, text: lines.join('\n') };
  } finally {
    task.end();
    await cluster.close();
    await place.storage.close();
  }
}

function folderKey(path: string): string {
  return path.replace(/^\.?\/+|\/*$/g, '').concat('/');
}
