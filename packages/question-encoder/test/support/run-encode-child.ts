import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a process that encodes through a disk cache has told. */
export interface EncodeRun {
  /** The texts of each call of the encoder. */
  readonly encoded: readonly (readonly string[])[];
  /** Batches that were kept. */
  readonly kept: number;
  /** Whether the vectors were those of the encoder; undefined where it did not come that far. */
  readonly correct: boolean | undefined;
  /** The signal that ended it, if any. */
  readonly signal: NodeJS.Signals | null;
}

/** Runs `encode-in-child.ts`, and kills it once it has kept so many batches. */
export async function runEncodeChild(options: {
  readonly folder: string;
  readonly questions: number;
  readonly batchDelayMs?: number;
  readonly killAfter?: number;
}): Promise<EncodeRun> {
  const { folder, questions, batchDelayMs = 0, killAfter = Number.POSITIVE_INFINITY } = options;
  const script = fileURLToPath(new URL('encode-in-child.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, folder, String(questions), String(batchDelayMs)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, signal) => resolve(signal));
  });
  const encoded: string[][] = [];
  let kept = 0;
  let correct: boolean | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line: { encoded?: string[]; kept?: number; correct?: boolean } = JSON.parse(text);
    if (line.encoded) encoded.push(line.encoded);
    if (line.kept) kept++;
    correct = line.correct ?? correct;
    if (kept >= killAfter) child.kill('SIGKILL');
  }
  return { encoded, kept, correct, signal: await ended };
}
