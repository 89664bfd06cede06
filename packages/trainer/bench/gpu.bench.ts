// Everything that can run on a graphics card, each next to the CPU in the same run:
//   tsx bench/gpu.bench.ts [quick]
// encoding by all-MiniLM-L6-v2, trainDirect at two sizes, and an epoch's share of trainAdam in both forms
// on TensorFlow.js's WebGPU, and on tfjs-node-gpu where it is installed. What has no device is named and passed over. `quick` takes
// sizes that a processor which plays a graphics card (SwiftShader) ends in seconds.
import { createTransformersEncoder } from '@embedllm/question-encoder/transformers';
import { miniLmFolder } from '../../question-encoder/test/support/minilm/write-minilm.js';
import { createOnnxRuntimeEngine, type LabelledSet, trainDirect } from '../src/index.js';
import { type AdamForm, type BackendKind, resolveBackend, trainAdam } from '../src/tfjs.js';
import { generateProblem } from './generated-problem.js';

const isQuick = process.argv.includes('quick');
const DEVICES = ['cpu', 'webgpu'] as const;
const SIZES = isQuick
  ? [{ questions: 500, dimensions: 64, models: 12 }]
  : [
      { questions: 20_000, dimensions: 768, models: 112 },
      { questions: 200_000, dimensions: 768, models: 1000 },
    ];

await compare('encode, MiniLM', DEVICES, async (device) => {
  const encoder = await createTransformersEncoder({ folder: await miniLmFolder(), device });
  const [count, words] = isQuick ? [2, 4] : [1000, 128];
  const texts = Array.from({ length: count }, (_, index) => `${index} word `.repeat(words));
  await encoder.encode(texts.slice(0, 2));
  const seconds = await time(() => encoder.encode(texts));
  await encoder.dispose();
  return seconds;
});
for (const size of SIZES) {
  const train = generateProblem(size);
  const { questions, dimensions, models } = size;
  await compare(`trainDirect, ${questions} x ${dimensions} x ${models}`, DEVICES, (device) =>
    direct(train, device),
  );
}
const adamSet = generateProblem(SIZES[0]!);
for (const form of ['dense', 'pairwise'] as const) {
  const backends: readonly BackendKind[] = ['wasm', 'webgpu', 'tfjs-node-gpu'];
  await compare(`trainAdam, ${form}, 20 steps`, backends, (kind) => adam(adamSet, form, kind));
}

async function direct(train: LabelledSet, device: 'cpu' | 'webgpu'): Promise<number> {
  const engine = await createOnnxRuntimeEngine({ device });
  const { seconds } = await trainDirect({ train, engine, ridges: [1] });
  await engine.dispose();
  return seconds;
}

/** Seconds of twenty steps, after one that compiles what there is to compile. */
async function adam(train: LabelledSet, form: AdamForm, kind: BackendKind): Promise<number> {
  const backend = await resolveBackend({ prefer: [kind] });
  const controller = new AbortController();
  let start = 0;
  let seconds = Number.NaN;
  try {
    await trainAdam({
      ...{ train, backend, form, epochs: isQuick ? 30 : 1, signal: controller.signal },
      onProgress: ({ step, epoch, steps }) => {
        const taken = (epoch - 1) * steps + step;
        if (taken >= 1 && start === 0) start = performance.now();
        if (taken < 21) return;
        seconds = (performance.now() - start) / 1000;
        controller.abort(new Error('measured'));
      },
    });
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  }
  return seconds;
}

async function compare<Device extends string>(
  what: string,
  devices: readonly Device[],
  measure: (device: Device) => Promise<number>,
): Promise<void> {
  let first: number | undefined;
  for (const device of devices) {
    try {
      const seconds = await measure(device);
      first ??= seconds;
      console.log(
        `${what}, ${device}: ${seconds.toFixed(3)} s, ${(first / seconds).toFixed(2)} x ${devices[0]}`,
      );
    } catch (error) {
      console.log(
        `${what}, ${device}: not here. ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
