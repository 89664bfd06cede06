/** The device that runs the model, as transformers.js names it. */
export type ModelDevice =
  | 'auto'
  | 'cpu'
  | 'gpu'
  | 'cuda'
  | 'dml'
  | 'coreml'
  | 'wasm'
  | 'webgpu'
  | 'webnn';

/** A device that was tried, and could not be used. */
export interface DeviceFailure {
  readonly device: ModelDevice;
  /** What the runtime said. */
  readonly reason: string;
}

/** Which device runs the model, where others came first. */
export interface DeviceFallback {
  /** What was asked for. */
  readonly asked: ModelDevice;
  /** What runs the model. */
  readonly device: ModelDevice;
  readonly failures: readonly DeviceFailure[];
}

const NODE_GPUS: Readonly<Record<string, readonly ModelDevice[]>> = {
  linux: ['cuda', 'webgpu'],
  win32: ['dml', 'webgpu'],
  darwin: ['coreml', 'webgpu'],
};

/**
 * The devices to try for what was asked: `auto` and `gpu` stand for those of the platform, fastest
 * first, and the processor last.
 */
export function deviceCandidates(
  asked: ModelDevice,
  platform: string | undefined = globalThis.process?.platform,
): readonly ModelDevice[] {
  if (asked !== 'auto' && asked !== 'gpu') return [asked];
  if (platform === undefined) return ['webgpu', 'wasm'];
  return [...(NODE_GPUS[platform] ?? []), 'cpu'];
}

/** What to do where a device cannot be used. */
export function deviceHint(device: ModelDevice): string {
  if (device === 'cuda') {
    return " ONNX Runtime downloads its CUDA provider in the install script of onnxruntime-node. Allow that script, or use the device 'webgpu' or 'cpu'.";
  }
  if (device === 'cpu' || device === 'wasm') return '';
  return " The device 'gpu' tries every GPU provider of this platform and falls back to the CPU.";
}
