import { addRedisOptions } from '../../inputs/cluster-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { UsageError } from '../../program/failure.js';
import { addPolicyParts } from '../route/policy-options.js';
import type { ServeOptions } from './options.js';

/** `embedllm serve`. */
export const serve: AddCommand = defineCommand<ServeOptions>({
  name: 'serve',
  summary: 'serve an OpenAI-compatible routing gateway',
  details:
    'The file (YAML or JSON) is documented in @embedllm/gateway. SIGTERM and Ctrl-C stop it without ' +
    'losing a request; SIGHUP and changes to the file or the artifact reload it.',
  arguments: [['[file]', 'gateway configuration (default: gateway.yaml)']],
  examples: [
    { command: 'serve gateway.yaml', meaning: 'until SIGTERM or Ctrl-C' },
    { command: 'serve gateway.yaml --check', meaning: 'check the configuration' },
    {
      command: 'serve --policy cheapest-above --floor 0.8',
      meaning: 'route by cost, whatever the file says',
    },
  ],
  options: (command) => {
    addPriceOption(addPolicyParts(command, undefined))
      .option('-a, --artifact <folder>', 'instead of the one in the file')
      .option('--encoder-folder <folder>', 'local folder of its transformers.js model')
      .option('--encoder-url <url>', 'address of its embeddings API')
      .option('--api-key-env <name>', 'environment variable with the key of that API')
      .option('--check', 'report all problems of configuration and artifact, without serving');
    addRedisOptions(command, 'Redis where replicas share limits, sessions, circuits and outcomes');
  },
  run: async (context, options, [file = 'gateway.yaml']) => {
    const { serveRouter } = await import('./serve-router.js');
    try {
      await serveRouter(context, options, file);
    } catch (error) {
      throw asMistake(error, context.path(file));
    }
    return undefined;
  },
});

/** What is wrong in the configuration is a mistake of whoever wrote it, as in `embedllm.config.json`. */
function asMistake(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'invalid-data') return error;
  const isInFile = Reflect.get(Object(Reflect.get(error, 'location')), 'file') === file;
  return isInFile ? new UsageError(error.message, { cause: error }) : error;
}
