import { EmbedLLMError } from '@embedllm/core';

/** What npm's `webgpu` exports: Dawn, the WebGPU of Chromium, as a module of Node. */
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  /** The constants and classes that browsers have as globals. */
  readonly globals: object;
}

interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/** Dawn frees all that belongs to it when it is collected, in use or not. */
let gpu: Gpu | undefined;

/**
 * Does something with the WebGPU of npm's `webgpu` where a browser has its own, `navigator.gpu`. The
 * constants stay; `navigator` is as it was afterwards, because Node does not exit while it is referred to,
 * and because libraries tell a browser by it.
 *
 * @throws EmbedLLMError `missing-dependency` without the package or a graphics driver.
 */
export async function withNodeWebGpu<T>(work: () => Promise<T>): Promise<T> {
  const { create, globals } = await loadDawn();
  gpu ??= create([]);
  if ((await requestAdapter(gpu)) === null) {
    throw new EmbedLLMError(
      'The package webgpu is installed but found no graphics card. It needs a driver (Vulkan on Linux).',
      { code: 'missing-dependency' },
    );
  }
  Object.assign(globalThis, globals);
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return await work();
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
}

/** Dawn rejects where the environment names a driver that is not there. */
async function requestAdapter(gpu: Gpu): Promise<object | null> {
  try {
    return await gpu.requestAdapter();
  } catch {
    return null;
  }
}

async function loadDawn(): Promise<Dawn> {
  // Not a literal, so that neither bundlers nor the type checker look for an absent package.
  const specifier = 'webgpu';
  let loaded: unknown;
  try {
    loaded = await import(/* @vite-ignore */ specifier);
  } catch (cause) {
    throw new EmbedLLMError(
      'This runtime has no WebGPU (navigator.gpu). Browsers and Deno have it; for Node, run `npm install webgpu`.',
      { code: 'missing-dependency', cause },
    );
  }
  if (!isDawn(loaded)) {
    throw new EmbedLLMError(
      'The installed package webgpu does not export `create` and `globals`. Update it with `npm install webgpu`.',
      { code: 'missing-dependency' },
    );
  }
  return loaded;
}

function isDawn(value: unknown): value is Dawn {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'create') === 'function' &&
    typeof Reflect.get(value, 'globals') === 'object'
  );
}
