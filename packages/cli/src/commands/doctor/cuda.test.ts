import { expect, it } from 'vitest';
import { cudaNeeds } from './cuda.js';

// https://www.tensorflow.org/install/source#gpu
it.each([
  ['1.15.0', 'CUDA 10.0 and cuDNN 7.4'],
  ['2.3.0', 'CUDA 10.1 and cuDNN 7.6'],
  ['2.4.0', 'CUDA 11.0 and cuDNN 8.0'],
  ['2.7.0', 'CUDA 11.2 and cuDNN 8.1'],
  [undefined, 'TensorFlow 2.9.1, which was tested with CUDA 11.2 and cuDNN 8.1'],
])('knows what TensorFlow %s was tested with', (version, needs) => {
  expect(cudaNeeds(version)).toContain(needs);
});
