import { type Artifact, EmbedLLMError, type FactorizationModel } from '@embedllm/core';
import { restoreCalibration } from '@embedllm/core/calibration';
import { restoreFamiliarity } from '@embedllm/core/familiarity';
import { checkObject } from '@embedllm/internals';
import type {
  PretrainedSettings,
  PretrainedSource,
  RouterOptions,
  RouterSettings,
} from './router-options.js';

/** The settings completed by what the artifact holds. */
export function routerOptions(artifact: Artifact, settings: RouterSettings): RouterOptions {
  assertTrained(artifact);
  checkObject('settings', settings);
  const { model, models, encoder: encoderRecord, calibration, familiarity, training } = artifact;
  return {
    ...settings,
    calibration: settings.calibration ?? (calibration && restoreCalibration(calibration)),
    familiarity: settings.familiarity ?? (familiarity && restoreFamiliarity(familiarity)),
    singleBest: settings.singleBest ?? training.singleBest,
    model,
    models,
    encoderRecord,
  };
}

/** The settings completed by an artifact that may have to be loaded, and by the encoder it records. */
export async function pretrainedOptions(
  source: PretrainedSource,
  given: PretrainedSettings,
): Promise<RouterOptions> {
  const { encoder, signal, ...settings } = checkObject('settings', given);
  const artifact = await loadArtifact(source, signal);
  assertTrained(artifact);
  return routerOptions(artifact, {
    ...settings,
    encoder: typeof encoder === 'function' ? await encoder(artifact.encoder) : encoder,
  });
}

async function loadArtifact(
  source: PretrainedSource,
  signal: AbortSignal | undefined,
): Promise<Artifact> {
  if (typeof source !== 'string' && !(source instanceof URL)) return source;
  // On demand, because it is half as large as the main entry.
  const { loadPretrained } = await import('@embedllm/core/pretrained');
  return loadPretrained(source, { signal });
}

/** Without types, names of models may be given where the trained model is needed. */
export function assertTrained(
  given: { readonly model?: FactorizationModel | undefined } | undefined,
): void {
  if (given?.model?.modelEmbeddings) return;
  throw new EmbedLLMError(
    'No trained model was given. Router.fromPretrained loads an artifact from a path, a URL or @embedllm/pretrained; create one with `embedllm train`.',
    { code: 'invalid-argument' },
  );
}
