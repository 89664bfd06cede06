import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createScorer, type Score } from '../src/collect.js';

const FOLDER = new URL('../../../../shared/data/', import.meta.url);

/** Raw outputs of models, with the key and a label. */
export const MARKED_OUTPUTS: string =
  process.env.EMBEDLLM_MARKED_OUTPUTS ?? fileURLToPath(new URL('marked-outputs.jsonl.gz', FOLDER));

export const hasMarkedOutputs: boolean = existsSync(MARKED_OUTPUTS);

/** One of them. */
export interface MarkedOutput {
  /** The name of the scorer that its key is for. */
  readonly kind: string;
  readonly model: string;
  readonly question: string;
  readonly answer: string;
  readonly output: string;
  /** By the source's own scorer, which errs now and then. */
  readonly label: number;
}

/** What the scorer of its kind makes of one. */
export interface ScoredOutput extends MarkedOutput {
  readonly score: Score;
}

export async function scoreMarkedOutputs(): Promise<ScoredOutput[]> {
  const lines = gunzipSync(readFileSync(MARKED_OUTPUTS)).toString('utf8').trimEnd().split('\n');
  const scored: ScoredOutput[] = [];
  for (const line of lines) {
    const marked: MarkedOutput = JSON.parse(line);
    const { kind, question, answer, output } = marked;
    const score = await createScorer(kind).score({ prompt: question, key: answer, output });
    scored.push({ ...marked, score });
  }
  return scored;
}

/** Counts by kind. */
export interface Agreement {
  readonly kind: string;
  readonly total: number;
  readonly undecided: number;
  readonly agreed: number;
}

export function agreementByKind(scored: readonly ScoredOutput[]): Agreement[] {
  const kinds = [...new Set(scored.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const all = scored.filter((each) => each.kind === kind);
    const decided = all.filter(({ score }) => score.outcome !== undefined);
    const agreed = decided.filter(({ score, label }) => score.outcome === label).length;
    return { kind, total: all.length, undecided: all.length - decided.length, agreed };
  });
}
