// From a new process to the first vector, next to a process that does nothing: median of 15 each.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '../dist/node.js');
const program = `
const { englishEncoder } = await import(${JSON.stringify(entry)});
const encoder = await englishEncoder();
await encoder.encode(['What is the capital of France?']);
`;

function measure(code: string): { wall: number; cpu: number } {
  const runs = Array.from({ length: 15 }, () => {
    const report =
      'const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6);';
    const start = performance.now();
    const { stdout, status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', `${code}${report}`],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return { wall: (performance.now() - start) / 1000, cpu: Number(stdout) };
  });
  const median = (of: (run: { wall: number; cpu: number }) => number): number =>
    runs.map(of).sort((a, b) => a - b)[7]!;
  return { wall: median((run) => run.wall), cpu: median((run) => run.cpu) };
}

const nothing = measure('');
const first = measure(program);
console.log(
  `first vector: ${first.wall.toFixed(3)} s, CPU ${first.cpu.toFixed(3)} s; a process that does nothing: ` +
    `${nothing.wall.toFixed(3)} s, CPU ${nothing.cpu.toFixed(3)} s; of which the encoder ` +
    `${(first.wall - nothing.wall).toFixed(3)} s, CPU ${(first.cpu - nothing.cpu).toFixed(3)} s; ` +
    `ratio ${(first.cpu / nothing.cpu).toFixed(2)}`,
);
