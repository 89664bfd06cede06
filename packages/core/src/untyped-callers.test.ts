import { EmbedLLMError } from '@embedllm/internals';
import { expect, it } from 'vitest';
import { decodeArtifact } from './artifact/decode-artifact.js';
import { restoreCalibration } from './calibration/calibration.js';
import { restoreFamiliarity } from './familiarity/familiarity.js';
import { fromPretrained } from './node/from-pretrained.js';
import { readMatrixFile } from './node/matrix-file.js';
import { readNpy } from './tensors/npy.js';
import { readSafetensors } from './tensors/safetensors.js';
import { readTorchFile } from './torch/torch-file.js';
import { readTorchTensor } from './torch/torch-tensor.js';

const READERS: readonly ((...args: never[]) => unknown)[] = [
  decodeArtifact,
  restoreCalibration,
  restoreFamiliarity,
  fromPretrained,
  readMatrixFile,
  readNpy,
  readSafetensors,
  readTorchFile,
  readTorchTensor,
];

it.each(READERS.map((read) => [read.name, read] as const))(
  '%s says what it expects of callers without types',
  async (_, read) => {
    for (const first of [undefined, null, 'x', 7, {}, [], new Uint8Array(20)]) {
      for (const rest of [[], [null], [{}]]) {
        const result = Promise.resolve().then(() => read(...([first, ...rest] as never[])));
        await expect(result).rejects.toBeInstanceOf(EmbedLLMError);
      }
    }
  },
);

it('names the argument', async () => {
  expect(() => readNpy(null as never)).toThrow('`bytes` must be a Uint8Array, but is null.');
  expect(() => readNpy(new Uint8Array(), null as never)).toThrow('`options` must be an object');
  await expect(decodeArtifact({} as never, { source: 's' })).rejects.toThrow(
    '`files` must be a Map',
  );
  await expect(fromPretrained(7 as never)).rejects.toThrow('`directory` must be a string');
});
