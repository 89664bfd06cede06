// What trainings and comparisons take.
import { categories, correctness, embeddings } from './pool.js';

export { readFile } from 'node:fs/promises';
export { models } from './published-files.js';
export const data = { embeddings, correctness, categories };
