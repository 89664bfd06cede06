import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** A Vulkan driver that computes on the processor; Debian's chromium brings it. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const SCRIPT = join(import.meta.dirname, 'webgpu-training.ts');

it.skipIf(!existsSync(SWIFTSHADER))(
  'trains on WebGPU to the log loss that the CPU reaches',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', SCRIPT], {
      env: {
        ...process.env,
        VK_ICD_FILENAMES: SWIFTSHADER,
        LD_LIBRARY_PATH: dirname(SWIFTSHADER),
        XDG_RUNTIME_DIR: tmpdir(),
      },
    });
    const [cpu, gpu] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(gpu).toMatchObject({ engine: 'onnxruntime (webgpu)', converged: true });
    expect(gpu.loss).toBeCloseTo(cpu.loss, 5);
  },
  60_000,
);
