import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findSwiftShader } from '@embedllm/internals/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'webgpu-training.ts');
const env = findSwiftShader();

interface AdamLosses {
  readonly backend: string;
  readonly form: string;
  readonly losses: readonly number[];
}

describe.skipIf(env === undefined)('on WebGPU in Node', () => {
  let found: {
    readonly direct: readonly { engine: string; converged: boolean; loss: number }[];
    readonly adam: readonly AdamLosses[];
    readonly hasNavigator: boolean;
  };
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', SCRIPT], {
      env,
    });
    found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  }, 180_000);

  it('the direct solver reaches the log loss that the CPU reaches', () => {
    const [cpu, gpu] = found.direct;
    expect(gpu).toMatchObject({ engine: 'onnxruntime (webgpu)', converged: true });
    expect(gpu?.loss).toBeCloseTo(cpu?.loss ?? Number.NaN, 5);
  });

  it('Adam follows the losses of the CPU in both forms', () => {
    const of = (kind: string): AdamLosses[] =>
      found.adam.filter(({ backend }) => backend.startsWith(`tfjs ${kind} 4.`));
    expect(of('webgpu').map(({ form }) => form)).toEqual(['dense', 'pairwise']);
    of('webgpu').forEach(({ losses }, index) => {
      losses.forEach((loss, epoch) => {
        expect(loss).toBeCloseTo(of('cpu')[index]?.losses[epoch] ?? Number.NaN, 5);
      });
    });
  });

  it('says what is missing where there is no driver', async () => {
    const program = `import { resolveBackend } from './src/tfjs.ts';
      resolveBackend({ prefer: ['webgpu'] }).catch((error) => console.log(error.code, error.message));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { cwd: dirname(import.meta.dirname), env: { ...env, VK_ICD_FILENAMES: '/no/driver.json' } },
    );
    expect(stdout).toMatch(/missing-dependency .*webgpu: .*found no graphics card.*Vulkan/);
  });

  it('leaves no navigator behind where Node has none', () => {
    expect(found.hasNavigator).toBe('navigator' in globalThis);
  });
});
