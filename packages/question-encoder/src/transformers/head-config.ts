import { EmbedLLMError } from '@embedllm/core';
import { ACTIVATIONS, type Activation } from './activations.js';
import { ModelFields, type ReadModelJson } from './read-fields.js';

/** A module of a model behind its pooling, as its files describe it. */
export type HeadModuleConfig =
  | { readonly type: 'normalize' }
  | { readonly type: 'layer-norm'; readonly path: string }
  | DenseConfig;

/** y = activation(W x + b), plus x where it is residual. */
export interface DenseConfig {
  readonly type: 'dense';
  /** Folder with the weights. */
  readonly path: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly activation: Activation;
  readonly residual: boolean;
}

/** What PyTorch calls the activations, behind the last dot. */
const TORCH_ACTIVATIONS: Readonly<Record<string, Activation>> = {
  Identity: 'identity',
  Tanh: 'tanh',
  ReLU: 'relu',
  GELU: 'gelu',
  SiLU: 'silu',
  Sigmoid: 'sigmoid',
};

/**
 * Reads the `config.json` of a Dense module.
 *
 * @throws DataError `invalid-data` naming file and field; EmbedLLMError `invalid-argument` on an
 * activation, or a place in the model, that is not supported here.
 */
export async function readDenseConfig(read: ReadModelJson, path: string): Promise<DenseConfig> {
  const file = `${path}/config.json`;
  const fields = new ModelFields(await read(file), file);
  const activationName = fields.text('activation_function') ?? 'torch.nn.modules.activation.Tanh';
  const torch = /^torch\.nn\.(?:[\w.]*\.)?(\w+)$/.exec(activationName)?.[1] ?? '';
  const activation = Object.hasOwn(TORCH_ACTIVATIONS, torch) ? TORCH_ACTIVATIONS[torch] : undefined;
  const input = fields.text('module_input_name') ?? 'sentence_embedding';
  const output = fields.text('module_output_name') ?? input;
  if (!activation || input !== 'sentence_embedding' || output !== 'sentence_embedding') {
    throw new EmbedLLMError(
      activation
        ? `${file} works on ${JSON.stringify(input.slice(0, 60))}. Supported: "sentence_embedding".`
        : `${file} has the activation ${JSON.stringify(activationName.slice(0, 100))}. Supported: ${ACTIVATIONS.join(', ')}.`,
      { code: 'invalid-argument' },
    );
  }
  return {
    type: 'dense',
    path,
    inputs: fields.required('in_features', fields.count('in_features')),
    outputs: fields.required('out_features', fields.count('out_features')),
    bias: fields.flag('bias') ?? true,
    activation,
    residual: fields.flag('use_residual') ?? false,
  };
}
