import { Option } from 'commander';
import { addClusterOptions } from '../../inputs/cluster-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { addEncoderOptions } from '../../inputs/encoder-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer, number, numbers } from '../../program/option-types.js';
import type { TrainOptions } from './options.js';

/** `embedllm train`. */
export const train: AddCommand = defineCommand<TrainOptions>({
  name: 'train',
  summary: 'learn model embeddings from a dataset',
  details:
    'Settings are chosen on the validation questions. The artifact records the metrics of the ' +
    'validation and the test questions.',
  examples: [
    { command: 'train', meaning: 'from dataset/ to artifact/, with lsa and the direct solver' },
    {
      command: 'train --ranks 4,8,16 --calibrate auto',
      meaning: 'fewer ranks, calibrated if that helps',
    },
    {
      command: 'train --categories never',
      meaning: 'from texts only, without trying categories',
    },
    {
      command: 'train --solver adam --backend wasm --epochs 20 --patience 3',
      meaning: 'the published training, in WebAssembly',
    },
    {
      command: 'train --cluster redis://10.0.0.5 --storage s3://bucket/embedllm --parts 16',
      meaning: 'on the workers of a cluster',
    },
    { command: 'train --solver adam --resume', meaning: 'resume after an interruption' },
  ],
  options: (command) => {
    addClusterOptions(addPriceOption(addEncoderOptions(addDataOptions(command))))
      .option('-o, --output <folder>', 'folder of the artifact', 'artifact')
      .option('--embeddings <file>', 'vectors of the questions, from encode or .npy')
      .addOption(
        new Option('--solver <solver>', 'direct: seconds; adam: the published training')
          .choices(['direct', 'adam'])
          .default('direct'),
      )
      .addOption(
        new Option('--engine <engine>', 'direct: where matrix products run').choices([
          'onnxruntime',
          'webgpu',
          'typescript',
          'tfjs',
        ]),
      )
      .addOption(
        new Option('--ridges <numbers>', 'direct: strengths to try').argParser(
          numbers(number({ min: 0 })),
        ),
      )
      .addOption(
        new Option('--poolings <numbers>', 'direct: degrees of pooling to try').argParser(
          numbers(number({ min: 0, max: 1 })),
        ),
      )
      .addOption(
        new Option('--ranks <integers>', 'direct: numbers of factors to try').argParser(
          numbers(integer({ min: 0 })),
        ),
      )
      .addOption(
        new Option(
          '--parts <integer>',
          'direct, with --cluster: parts of the training questions (default: 8)',
        ).argParser(integer({ min: 1 })),
      )
      .addOption(
        new Option(
          '--categories [when]',
          'direct: also learn how models differ by category; auto: if validation favours it (default)',
        )
          .choices(['always', 'auto', 'never'])
          .preset('always'),
      )
      .option(
        '--no-unseen',
        'direct: skip retraining without some categories to evaluate routing on unseen ones',
      )
      .addOption(
        new Option('--backend <backend>', 'adam: TensorFlow.js backend').choices([
          'tfjs-node-gpu',
          'tfjs-node',
          'webgpu',
          'wasm',
          'cpu',
        ]),
      )
      .addOption(
        new Option('--epochs <integer>', 'adam: passes over the labels (default: 50)').argParser(
          integer({ min: 1 }),
        ),
      )
      .addOption(
        new Option('--learning-rate <number>', 'adam (default: 0.0001)').argParser(
          number({ min: 0 }),
        ),
      )
      .addOption(
        new Option(
          '--latent-dimensions <integer>',
          'adam: length of a model embedding (default: 232)',
        ).argParser(integer({ min: 1 })),
      )
      .addOption(
        new Option('--form <form>', 'adam: form of the gradient step (default: dense)').choices([
          'dense',
          'pairwise',
        ]),
      )
      .addOption(
        new Option(
          '--patience <integer>',
          'adam: stop after this many epochs without improvement',
        ).argParser(integer({ min: 1 })),
      )
      .option('--checkpoint <file>', 'adam: state file (default: <output>.checkpoint.safetensors)')
      .option('--resume', 'adam: resume from the state file')
      .addOption(
        new Option(
          '--calibrate <method>',
          'calibrate probabilities on validation questions; auto: if cross-validation favours it',
        ).choices(['auto', 'platt', 'temperature', 'isotonic']),
      );
  },
  run: async (context, options) => {
    const { trainArtifact } = await import('./train-artifact.js');
    const { summary, text } = await trainArtifact(context, options);
    context.result(summary, () => text);
    return undefined;
  },
});
