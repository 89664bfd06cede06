// Encodes on WebGPU and prints the vectors as JSON. In a process of its own, since the driver is chosen
// by the environment that a process starts with.
import { createTransformersEncoder } from '../src/transformers.js';
import { miniLmFolder } from './support/minilm/write-minilm.js';

const texts: string[] = JSON.parse(process.argv[2] ?? '[]');
const folder = await miniLmFolder();
const encoder = await createTransformersEncoder({ folder, device: 'webgpu' });
const vectors = await encoder.encode(texts);
await encoder.dispose();
console.log(JSON.stringify(texts.map((_, row) => [...vectors.row(row)])));
