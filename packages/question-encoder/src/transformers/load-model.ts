import { EmbedLLMError } from '@embedllm/core';
import { type DeviceFailure, deviceCandidates, deviceHint, type ModelDevice } from './devices.js';
import type { TransformersRunOptions } from './encoder-options.js';
import { keepFailuresQuiet, type Model } from './forward.js';
import type { TransformersLibrary } from './load-library.js';
import type { ModelDtype, ModelSource } from './model-source.js';
import type { TransformersRuntime } from './transformers-model.js';

/** Tokens in a batch where nothing is said. */
const BATCH_TOKENS = { processor: 512, gpu: 16_384 };

type LoadOptions = TransformersRunOptions & { dtype: ModelDtype; revision: string };

/**
 * Loads a model and its tokenizer.
 *
 * @throws EmbedLLMError `io` with the reason that transformers.js gives; the signal's reason after
 * an abort.
 */
export async function loadModel(
  library: TransformersLibrary,
  source: ModelSource,
  options: LoadOptions,
): Promise<TransformersRuntime> {
  const { signal, onProgress, dtype, revision, onTruncated } = options;
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
  const loadOn = (device: ModelDevice | undefined): Promise<Model> =>
    library.AutoModel.from_pretrained(source.location, {
      ...common,
      dtype,
      ...(device && { device }),
      session_options: sessionOptions(options),
    });
  const loading = Promise.all([
    library.AutoTokenizer.from_pretrained(source.location, common),
    loadOnFirstDevice(loadOn, options),
  ]);
  try {
    const [tokenizer, { model, device }] = await abortable(loading, signal);
    keepFailuresQuiet(model);
    const onProcessor = device === undefined || device === 'cpu' || device === 'wasm';
    const limits = {
      maxTexts: options.batchSize ?? 32,
      maxTokens: options.batchTokens ?? BATCH_TOKENS[onProcessor ? 'processor' : 'gpu'],
    };
    return { library, tokenizer, model, device, limits, onTruncated };
  } catch (cause) {
    // A model that arrives after an abort is of no use to anyone.
    loading.then(([, { model }]) => model.dispose()).catch(() => {});
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbedLLMError(
      `Cannot load the model ${source.location}${source.localOnly ? '' : ` (revision ${revision}, dtype ${dtype})`}: ${reason}`,
      { code: 'io', cause },
    );
  }
}

/** Options for ONNX Runtime in Node; browsers have their own. */
function sessionOptions({ threads }: LoadOptions): object {
  if (globalThis.process?.versions?.node === undefined) return {};
  return {
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    // What fails is an error here; the runtime's own log can name the tokens of a prompt.
    logSeverityLevel: 4,
    // Threads that spin while they wait starve whatever else runs on the machine, and themselves.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

async function loadOnFirstDevice(
  load: (device: ModelDevice | undefined) => Promise<Model>,
  { device: asked, onDeviceFallback }: LoadOptions,
): Promise<{ model: Model; device: ModelDevice | undefined }> {
  if (asked === undefined) return { model: await load(undefined), device: undefined };
  const failures: DeviceFailure[] = [];
  const candidates = deviceCandidates(asked);
  for (const device of candidates) {
    try {
      const model = await load(device);
      if (failures.length > 0) announce({ asked, device, failures }, onDeviceFallback);
      return { model, device };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (device === candidates.at(-1)) {
        throw new Error(`${reason}${deviceHint(device)}`, { cause });
      }
      failures.push({ device, reason });
    }
  }
  throw new Error('No device was tried.');
}

function announce(
  fallback: Parameters<NonNullable<TransformersRunOptions['onDeviceFallback']>>[0],
  listener: TransformersRunOptions['onDeviceFallback'],
): void {
  const { asked, device, failures } = fallback;
  if (listener) listener(fallback);
  else if (asked === 'gpu' && (device === 'cpu' || device === 'wasm')) {
    const reasons = failures.map(({ device: failed, reason }) => `${failed}: ${reason}`);
    console.warn(
      `@embedllm/question-encoder: no GPU could be used (${reasons.join('; ')}). The model runs on ${device}.`,
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
