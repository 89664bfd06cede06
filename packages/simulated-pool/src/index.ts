export type { SimulatedPool, SimulationTruth } from './pool.js';
export { type SimulateNoiseOptions, simulateNoise } from './simulate-noise.js';
export { type SimulatePoolOptions, simulatePool } from './simulate-pool.js';
export { toCsv } from './to-csv.js';
export type { Level, Topic } from './topics.js';
