import { principalComponents, umapMap } from '@embedllm/probes';
import { plotMap } from '@embedllm/probes/plot';
import { replaceFile } from '../../output/replace-file.js';
import type { Context } from '../../program/context.js';
import { openModel } from './open-model.js';
import type { MapOptions } from './options.js';

/** A map of models; plain JSON. */
export interface ModelMap {
  readonly points: readonly {
    readonly name: string;
    readonly group: string | undefined;
    readonly x: number;
    readonly y: number;
  }[];
  /** Share of the variance along each axis, of principal components. */
  readonly explained: readonly number[] | undefined;
  /** The file that it was drawn into. */
  readonly output: string | undefined;
}

/** Places the models of an artifact in the plane, and draws them where a file is named. */
export async function mapModels(context: Context, options: MapOptions): Promise<ModelMap> {
  const { part, metric, method, seed, by } = options;
  const { model, models } = await openModel(context, options.artifact);
  const groups = models.map((info) => {
    const value = by === 'family' ? info.family : info.metadata?.[by];
    return value === undefined ? undefined : String(value);
  });
  const components = method === 'pca' ? principalComponents({ model, part }) : undefined;
  const task = context.progress.start('Laying out');
  const points =
    components?.points ??
    (await umapMap({
      model,
      part,
      metric,
      seed,
      signal: context.signal,
      onProgress: task.onProgress,
    }));
  task.end();
  const explained = components?.explained.slice(0, 2);
  const output = options.output === undefined ? undefined : context.path(options.output);
  if (output !== undefined) {
    const label = (name: string, share: number | undefined): string | null =>
      share === undefined ? null : `${name} component (${(100 * share).toFixed(0)}% of variance)`;
    const svg = await plotMap({
      points,
      groups: groups.some((group) => group !== undefined) ? groups : undefined,
      xLabel: label('first', explained?.[0]),
      yLabel: label('second', explained?.[1]),
    });
    await replaceFile(output, svg);
  }
  return {
    points: points.map((point, index) => ({ ...point, group: groups[index] })),
    explained,
    output,
  };
}
