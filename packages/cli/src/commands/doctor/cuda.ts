import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What a version of TensorFlow was built and tested with. */
interface TestedBuild {
  readonly from: readonly [major: number, minor: number];
  readonly cuda: string;
  readonly cudnn: string;
}

/**
 * TensorFlow's table of tested builds for Linux with GPU
 * (https://www.tensorflow.org/install/source#gpu), newest first, as far as tfjs-node-gpu goes.
 */
const TESTED_BUILDS: readonly TestedBuild[] = [
  { from: [2, 5], cuda: '11.2', cudnn: '8.1' },
  { from: [2, 4], cuda: '11.0', cudnn: '8.0' },
  { from: [2, 1], cuda: '10.1', cudnn: '7.6' },
  { from: [1, 13], cuda: '10.0', cudnn: '7.4' },
];

/** TensorFlow in the current tfjs-node-gpu, 4.22.0, as its `deps-constants.js` says. */
const CURRENT_TENSORFLOW = '2.9.1';

/**
 * The CUDA and cuDNN that a version of TensorFlow needs, in one sentence.
 *
 * @param tensorflow - Its version. @default that of tfjs-node-gpu 4.22.0
 */
export function cudaNeeds(tensorflow: string = CURRENT_TENSORFLOW): string {
  const [major = 0, minor = 0] = tensorflow.split('.').map(Number);
  const build = TESTED_BUILDS.find(
    ({ from }) => major > from[0] || (major === from[0] && minor >= from[1]),
  );
  const versions = build ? `CUDA ${build.cuda} and cuDNN ${build.cudnn}` : 'an old CUDA';
  return `It installs TensorFlow ${tensorflow}, which was tested with ${versions}.`;
}

/** The TensorFlow of the installed tfjs-node-gpu; `undefined` where it is not installed. */
export async function installedTensorFlow(): Promise<string | undefined> {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      '@tensorflow/tfjs-node-gpu/package.json',
    );
    const constants = await readFile(join(dirname(manifest), 'scripts/deps-constants.js'), 'utf8');
    return /LIBTENSORFLOW_VERSION = '([\d.]+)'/.exec(constants)?.[1];
  } catch {
    return undefined;
  }
}

/** The graphics processors that the NVIDIA driver knows: name, driver and memory; empty for none. */
export async function findGpus(signal: AbortSignal): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'],
      { timeout: 5000, signal },
    );
    return stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** The CUDA libraries that the dynamic linker finds, as `libcudart.so.11.0`; Linux only. */
export async function findCudaLibraries(signal: AbortSignal): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)('ldconfig', ['-p'], { timeout: 5000, signal });
    const found = stdout.match(/\blib(?:cudart|cudnn|cublas)\.so(?:\.\d+)+/g) ?? [];
    return [...new Set(found)].sort();
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
