import { expect, it } from 'vitest';
import { deviceCandidates, deviceHint } from './devices.js';

it('tries the GPUs of the platform before the processor', () => {
  expect(deviceCandidates('gpu', 'linux')).toEqual(['cuda', 'webgpu', 'cpu']);
  expect(deviceCandidates('auto', 'darwin')).toEqual(['coreml', 'webgpu', 'cpu']);
  expect(deviceCandidates('auto', 'freebsd')).toEqual(['cpu']);
  expect(deviceCandidates('cuda', 'linux')).toEqual(['cuda']);
});

it('says what CUDA needs', () => {
  expect(deviceHint('cuda')).toMatch(/install script of onnxruntime-node/);
  expect(deviceHint('cpu')).toBe('');
});
