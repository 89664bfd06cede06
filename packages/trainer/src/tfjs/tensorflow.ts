/** The functions of TensorFlow.js, which every backend's package provides. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** A backend of TensorFlow.js, by the package that brings it. */
export type BackendKind = 'tfjs-node-gpu' | 'tfjs-node' | 'webgpu' | 'wasm' | 'cpu';

/** A backend that was passed over. */
export interface UnavailableBackend {
  readonly kind: BackendKind;
  /** What is missing and what to do about it. */
  readonly reason: string;
}

/** A backend that works here. */
export interface TfjsBackend {
  readonly kind: BackendKind;
  /** For reports: `tfjs wasm 4.22.0 (SIMD)`. */
  readonly name: string;
  readonly tf: TensorFlow;
  /** Those that were preferred and cannot be used, in order. */
  readonly unavailable: readonly UnavailableBackend[];
  /**
   * Makes it the backend of the operations that follow. TensorFlow.js has one for the whole
   * process, so that whoever shares the process must call this after every `await`.
   */
  activate(): Promise<void>;
}
