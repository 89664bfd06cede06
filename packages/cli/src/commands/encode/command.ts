import { join } from 'node:path';
import { quantity } from '@embedllm/internals';
import { addClusterOptions } from '../../inputs/cluster-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { addEncoderOptions } from '../../inputs/encoder-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import type { EncodeCommandOptions } from './options.js';

/** `embedllm encode`. */
export const encode: AddCommand = defineCommand<EncodeCommandOptions>({
  name: 'encode',
  summary: 'turn the questions of a dataset into vectors',
  details:
    'Writes one file with the vectors and the encoder, which train and evaluate then use. ' +
    'An interrupted run resumes from its cache.',
  examples: [
    { command: 'encode --data dataset', meaning: 'with lsa fitted on the training questions' },
    {
      command: 'encode --encoder transformers --encoder-folder models/all-mpnet-base-v2',
      meaning: 'with a sentence-embedding model (needs @huggingface/transformers)',
    },
    {
      command:
        'encode --encoder endpoint --encoder-url https://api.openai.com/v1 \\\n' +
        '      --encoder-model text-embedding-3-small --api-key-env OPENAI_API_KEY',
      meaning: 'with an embeddings API',
    },
    {
      command:
        'encode --cluster redis://10.0.0.5 --storage s3://bucket/embedllm \\\n' +
        '      --texts texts/ --output vectors/ --encoder hashing',
      meaning: 'texts in storage, with a cluster',
    },
  ],
  options: (command) => {
    addClusterOptions(addEncoderOptions(addDataOptions(command)))
      .option(
        '-o, --output <file>',
        'file to write: .safetensors, or .npy for only the vectors\n(default: embeddings.safetensors in the dataset folder);\nwith --texts, a path in the storage',
      )
      .option(
        '--texts <prefix>',
        'folder of .jsonl and .parquet in the storage, instead of a dataset',
      )
      .option('--column <name>', 'with --texts: column with the text (default: prompt)')
      .option('--id-column <name>', 'with --texts: column with identifiers to keep');
  },
  run: async (context, options) => {
    if (options.texts !== undefined) {
      const { encodeStored } = await import('./encode-stored.js');
      await encodeStored(context, options, options.texts);
      return undefined;
    }
    const { openDataset } = await import('../../inputs/open-dataset.js');
    const { encodeDataset, EMBEDDINGS_FILE } = await import('../../inputs/encode-dataset.js');
    const { assertEmbeddingsPlace, writeEmbeddings } = await import(
      '../../inputs/write-embeddings.js'
    );
    const dataset = await openDataset(context, options);
    const output =
      options.output !== undefined
        ? context.path(options.output)
        : dataset.kind === 'folder'
          ? join(dataset.path, EMBEDDINGS_FILE)
          : context.path(EMBEDDINGS_FILE);
    await assertEmbeddingsPlace(output);
    const encoded = await encodeDataset(context, dataset, options);
    await writeEmbeddings(output, encoded, dataset.questions);
    const { id, fingerprint, dimensions } = encoded.encoder;
    context.result(
      { output, questions: encoded.embeddings.rows, encoder: { id, fingerprint, dimensions } },
      () =>
        `${output}: ${quantity(encoded.embeddings.rows, 'vector')} of ${id}, length ${dimensions}`,
    );
    return undefined;
  },
});
