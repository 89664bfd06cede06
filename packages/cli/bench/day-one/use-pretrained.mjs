// Takes `@embedllm/pretrained` from the folder that EMBEDLLM_BENCH_PRETRAINED names.
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const entry = pathToFileURL(join(process.env.EMBEDLLM_BENCH_PRETRAINED, 'dist', 'node.js')).href;
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (specifier, context, next) =>
      specifier === '@embedllm/pretrained'
        ? { url: ${JSON.stringify(entry)}, shortCircuit: true }
        : next(specifier, context);
  `)}`,
);
