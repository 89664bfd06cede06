import { EmbedLLMError } from '@embedllm/core';
import type { TransformersRunOptions } from './encoder-options.js';
import type { TransformersLibrary } from './load-library.js';
import type { ModelDtype, ModelSource } from './model-source.js';
import type { TransformersRuntime } from './transformers-encoder.js';

/**
 * Loads a model and its tokenizer.
 *
 * @throws EmbedLLMError `io` with the reason that transformers.js gives; the signal's reason after
 * an abort.
 */
export async function loadModel(
  library: TransformersLibrary,
  source: ModelSource,
  options: TransformersRunOptions & { dtype: ModelDtype; revision: string },
): Promise<TransformersRuntime> {
  const { signal, onProgress, device, dtype, revision, batchSize = 32, onTruncated } = options;
  const common = {
    revision,
    local_files_only: source.localOnly,
    progress_callback: (event: { status: string }) => {
      if (onProgress && isFileProgress(event)) {
        const { file, loaded, total } = event;
        onProgress({ phase: 'load', done: loaded, total, unit: 'bytes', detail: file });
      }
    },
  };
  const loading = Promise.all([
    library.AutoTokenizer.from_pretrained(source.location, common),
    library.AutoModel.from_pretrained(source.location, {
      ...common,
      dtype,
      ...(device && { device }),
    }),
  ]);
  try {
    const [tokenizer, model] = await abortable(loading, signal);
    return { library, tokenizer, model, batchSize, onTruncated };
  } catch (cause) {
    // A model that arrives after an abort is of no use to anyone.
    loading.then(([, model]) => model.dispose()).catch(() => {});
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbedLLMError(
      `Cannot load the model ${source.location}${source.localOnly ? '' : ` (revision ${revision}, dtype ${dtype})`}: ${reason}`,
      { code: 'io', cause },
    );
  }
}

interface FileProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

function isFileProgress(event: { status: string }): event is FileProgress & { status: string } {
  return event.status === 'progress' && 'file' in event && 'loaded' in event && 'total' in event;
}

/** Rejects with the signal's reason as soon as it aborts; the work itself cannot be stopped. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
