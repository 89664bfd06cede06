import { type Artifact, EmbedLLMError, type FactorizationModel } from '@embedllm/core';
import { restoreCalibration } from '@embedllm/core/calibration';
import { restoreFamiliarity } from '@embedllm/core/familiarity';
import type { PretrainedSettings, RouterOptions, RouterSettings } from './router-options.js';

/** The settings completed by what the artifact holds. */
export function routerOptions(artifact: Artifact, settings: RouterSettings): RouterOptions {
  assertTrained(artifact);
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

/** The settings with the encoder that the artifact's record describes. */
export async function withEncoder(
  artifact: Artifact,
  settings: PretrainedSettings,
): Promise<RouterSettings> {
  assertTrained(artifact);
  const { encoder } = settings;
  return {
    ...settings,
    encoder: typeof encoder === 'function' ? await encoder(artifact.encoder) : encoder,
  };
}

/** Without types, names of models may be given where the trained model is needed. */
export function assertTrained(
  given: { readonly model?: FactorizationModel | undefined } | undefined,
): void {
  if (given?.model?.modelEmbeddings) return;
  throw new EmbedLLMError(
    'There is no trained model. Load an artifact with fromPretrained of @embedllm/core/node; `embedllm train` makes one, `embedllm pull` fetches one.',
    { code: 'invalid-argument' },
  );
}
