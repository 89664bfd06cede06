import type { Benchmark } from '../template.js';
import { arithmetic } from './arithmetic.js';
import { codeOutput } from './code-output.js';
import { commonsense } from './commonsense.js';
import { geography } from './geography.js';
import { law } from './law.js';
import { logic } from './logic.js';
import { medicine } from './medicine.js';
import { reading } from './reading.js';
import { units } from './units.js';
import { words } from './words.js';

/** All benchmarks, in the order in which their questions appear. */
export const BENCHMARKS: readonly Benchmark[] = [
  arithmetic,
  codeOutput,
  medicine,
  commonsense,
  reading,
  law,
  units,
  logic,
  words,
  geography,
];
