// Collects answers to sums until it is done or killed: record, base URL, questions.
import { collect } from '../src/collect.js';

const [record = '', baseURL = '', count = ''] = process.argv.slice(2);
const questions = Array.from({ length: Number(count) }, (_, index) => ({
  id: `sum-${index}`,
  prompt: `What is 1 + ${index}?`,
  category: 'sums',
  key: String(index + 1),
  scorer: 'number' as const,
}));
await collect({ models: [`${baseURL}#a`, `${baseURL}#b`], questions, record, concurrency: 2 });
