import { availableParallelism, totalmem } from 'node:os';
import { didYouMean, formatTable, reasonOf } from '@embedllm/internals';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { installHint } from '../../program/install-hint.js';
import type { Check, CheckResult } from './check.js';
import { cudaNeeds, findCudaLibraries, findGpus, installedTensorFlow } from './cuda.js';
import { ENGINE_CHECKS } from './engine-checks.js';
import type { DoctorOptions } from './options.js';
import { PACKAGE_CHECKS } from './package-checks.js';

const CHECKS: readonly Check[] = [...ENGINE_CHECKS, ...PACKAGE_CHECKS];
const PATIENCE_MS = 30_000;

/** What was found on this machine; plain JSON. */
export interface Examination {
  readonly node: string;
  readonly platform: string;
  readonly processors: number;
  readonly memoryGigabytes: number;
  /** Name, driver and memory of each graphics processor that the NVIDIA driver knows. */
  readonly gpus: readonly string[];
  /** CUDA libraries that the dynamic linker finds. */
  readonly cudaLibraries: readonly string[];
  readonly checks: readonly CheckResult[];
  /** Names of required checks that do not work. */
  readonly missing: readonly string[];
}

/** Tries what may work on this machine, one after the other. */
export async function examine(
  context: Context,
  { require = [], only }: DoctorOptions,
): Promise<{ summary: Examination; text: string }> {
  const names = CHECKS.map(({ name }) => name);
  const unknown = [...require, ...(only ?? [])].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `Unknown check ${unknown}.${didYouMean(unknown, names)} Available: ${names.join(', ')}.`,
    );
  }
  const { signal, progress } = context;
  const chosen = CHECKS.filter(({ name }) => only?.includes(name) ?? true);
  const task = progress.start('Trying');
  const checks: CheckResult[] = [];
  for (const [index, check] of chosen.entries()) {
    signal.throwIfAborted();
    task.onProgress({ phase: check.name, done: index, total: chosen.length });
    checks.push(await tryCheck(check, signal));
  }
  task.end();
  const tensorflow = await installedTensorFlow();
  const summary: Examination = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    gpus: await findGpus(signal),
    cudaLibraries: await findCudaLibraries(signal),
    checks: checks.map((check) =>
      check.name === 'tfjs-node-gpu' && !check.works && tensorflow !== undefined
        ? { ...check, remedy: cudaNeeds(tensorflow) }
        : check,
    ),
    missing: checks
      .filter(({ name, works }) => !works && require.includes(name))
      .map(({ name }) => name),
  };
  return { summary, text: describe(context, summary) };
}

async function tryCheck(check: Check, signal: AbortSignal): Promise<CheckResult> {
  const { name, purpose, remedy } = check;
  const start = performance.now();
  const since = (): number => Math.round(performance.now() - start);
  try {
    const detail = await withPatience(check.run(signal));
    return { name, purpose, works: true, detail, milliseconds: since() };
  } catch (error) {
    signal.throwIfAborted();
    const detail = reasonOf(error);
    return { name, purpose, works: false, detail, remedy, milliseconds: since() };
  }
}

/** Native code that hangs must not keep the others from being tried. */
async function withPatience(work: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It does not respond.')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function describe({ colours }: Context, found: Examination): string {
  const { node, platform, processors, memoryGigabytes, gpus, cudaLibraries, checks, missing } =
    found;
  const table = formatTable(
    ['check', 'works', 'purpose', 'found'],
    checks.map(({ name, works, purpose, detail }) => [
      name,
      works ? 'yes' : 'no',
      purpose,
      works ? detail : '',
    ]),
  );
  const remedies = checks.flatMap(({ name, works, detail, remedy }) =>
    works
      ? []
      : [
          `  ${name}: ${installHint(remedy ?? '')}`,
          `    ${colours.dim(detail.replace(/\s+/g, ' '))}`,
        ],
  );
  const parts = [
    `Node ${node} on ${platform}, ${processors} processors, ${memoryGigabytes} GB of memory`,
    `NVIDIA GPUs: ${gpus.length > 0 ? gpus.join('; ') : 'none found (nvidia-smi)'}`,
    ...(cudaLibraries.length > 0 ? [`CUDA libraries: ${cudaLibraries.join(', ')}`] : []),
    '',
    table,
  ];
  if (remedies.length > 0) parts.push('', 'Not working, and how to fix it:', ...remedies);
  if (missing.length > 0)
    parts.push('', colours.red(`Required, but not working: ${missing.join(', ')}`));
  return parts.join('\n');
}
