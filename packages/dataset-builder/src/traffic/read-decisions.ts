import { DataError, type Progress } from '@embedllm/core';
import { checkObject, mean } from '@embedllm/internals';
import { sizeOfFile } from '../files/read-bytes.js';
import { readingProgress } from '../files/reading-progress.js';
import { readRows } from '../tables/read-rows.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import type { TableRow } from '../tables/table-row.js';
import { type DecisionCandidate, DecisionFields, MOST_USD } from './decision-fields.js';

/** What no policy and no answer has, but a slip in a file: sums of it would not be finite. */
const LEAST_PROPENSITY = 1e-12;
const MOST_TOKENS = 1e12;
/** How the protocols call the end of an answer that nothing cut off. */
const COMPLETE = ['stop', 'end_turn', 'completed'];

/** A line of a gateway's log of decisions, with what was said of its answer. */
export interface DecisionRecord {
  /** Line of the file. */
  readonly row: number;
  readonly id: string;
  /** The same for the same question. */
  readonly promptId: string;
  readonly prompt?: string | undefined;
  /** The model that answered. */
  readonly model: string;
  /** The model that the router put first; `undefined` where the client named one. */
  readonly chosen?: string | undefined;
  /** How likely that choice was, above 0 and up to 1. */
  readonly propensity?: number | undefined;
  readonly familiarity?: number | undefined;
  /** All models that it could have gone to; none where the client named one. */
  readonly candidates: readonly DecisionCandidate[];
  /** What the answer did cost in US dollars. */
  readonly costUsd?: number | undefined;
  /** How good the answer was, from 0 to 1: the mean over keys and sources, each by its last word. */
  readonly outcome?: number | undefined;
  /** The router decided without acting: another model answered, whatever it chose (`routing.shadow.use`). */
  readonly isShadow?: boolean | undefined;
  /** What a second model answered in the background (`routing.shadow.ask`). */
  readonly second?: SecondAnswer | undefined;
}

/** The answer of a second model to a request that another one has answered. */
export interface SecondAnswer {
  readonly id: string;
  readonly model: string;
  /** Its text, where answers are kept. */
  readonly answer?: string | undefined;
  /**
   * Whether asking the prompt again would ask the same: the request had no instructions, earlier turns or settings,
   * and the answer was not cut off.
   */
  readonly isRepeatable?: boolean | undefined;
  /** Tokens read and written, as far as the upstream or the gateway counted them. */
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costUsd?: number | undefined;
  /** How good it was, like that of a decision. */
  readonly outcome?: number | undefined;
  /**
   * How good both answers were, by the sources that judged both: what users say of one and a test of the other cannot
   * be compared. `undefined` where no source did.
   */
  readonly outcomes?: { readonly first: number; readonly second: number } | undefined;
}

/** Options of `readDecisions`. */
export interface ReadDecisionsOptions {
  /**
   * Called with the row of a line that is torn, as a process that was killed leaves them; it is left out.
   *
   * @default such lines are errors
   */
  readonly onTorn?: ((row: number) => void) | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that were read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Reads the decisions that a gateway logged (`decisions.file`), each with its outcome, and with the answer of a
 * second model where one was asked. Lines of other kinds are passed over.
 *
 * @throws DataError with file, row and field where a decision is malformed, or where the file has none.
 */
export async function readDecisions(
  file: string,
  options: ReadDecisionsOptions = {},
): Promise<DecisionRecord[]> {
  const { signal, onProgress, onTorn } = checkObject('options', options);
  const decisions: JudgedDecision[] = [];
  /** By id, and by client and id. */
  const latest = new Map<string, JudgedDecision>();
  const early = new Map<string, Map<string, number>>();
  const totalBytes = await sizeOfFile(file);
  let bytes = 0;
  const take = (row: TableRow): undefined => {
    const fields = new DecisionFields(file, row);
    const id = fields.text('id');
    const model = fields.text('model');
    if (row.value('candidates') !== undefined) {
      if (id === undefined) throw fields.wrong('id', 'must be a string');
      if (model === undefined) throw fields.wrong('model', 'must name a model');
    }
    if (id === undefined || model === undefined || row.value('outcome') === undefined) return;
    const outcome = fields.number('outcome', 0, 1);
    const own = JSON.stringify([fields.text('client'), id]);
    const before = latest.get(own) ?? (outcome === undefined ? undefined : latest.get(id));
    if (outcome !== undefined) {
      const said = before?.said ?? early.get(id) ?? new Map<string, number>();
      if (before === undefined) early.set(id, said);
      said.set(JSON.stringify([fields.text('client'), fields.text('source')]), outcome);
      return;
    }
    const time = fields.text('time');
    if (before !== undefined && time !== undefined && time === before.time) return;
    // Clients may name their requests, and two alike: an outcome is of the answer before it.
    const said = (latest.has(id) ? undefined : early.get(id)) ?? new Map<string, number>();
    const judged: JudgedDecision = {
      decision: decisionOf(fields, row.row, { id, model }),
      time,
      said,
    };
    latest.set(id, judged).set(own, judged);
    const first = fields.text('shadowOf');
    if (first === undefined) decisions.push(judged);
    else {
      const asked = latest.get(JSON.stringify([fields.text('client'), first]));
      if (asked) {
        asked.second = {
          ...{ decision: judged.decision, said },
          answer: fields.text('answer'),
          isRepeatable: fields.flag('promptOnly') && fields.isOf('finishReasons', COMPLETE),
          inputTokens: fields.number('inputTokens', 0, MOST_TOKENS),
          outputTokens: fields.number('outputTokens', 0, MOST_TOKENS),
        };
      }
    }
  };
  await readRows(file, await sniffSyntax(file, { signal }), take, {
    signal,
    onTorn,
    onBytes: (read) => {
      bytes += read;
      onProgress?.(readingProgress(file, bytes, totalBytes));
    },
  });
  if (decisions.length === 0) {
    throw new DataError(
      'has no decisions: lines with id, model and outcome, as a gateway writes them with "decisions: file".',
      { file },
    );
  }
  return decisions.map(({ decision, said, second }) => {
    const outcome = outcomeOf(said);
    return {
      ...decision,
      ...(outcome !== undefined && { outcome }),
      ...(second && { second: secondOf(second, said) }),
    };
  });
}

interface JudgedDecision {
  readonly decision: DecisionRecord;
  readonly time: string | undefined;
  /** The last word by key and source. */
  readonly said: Map<string, number>;
  second?: JudgedSecond | undefined;
}

interface JudgedSecond
  extends Pick<JudgedDecision, 'decision' | 'said'>,
    Pick<SecondAnswer, 'answer' | 'isRepeatable' | 'inputTokens' | 'outputTokens'> {}

function secondOf(
  { decision, said, ...rest }: JudgedSecond,
  ofFirst: ReadonlyMap<string, number>,
): SecondAnswer {
  const { id, model, costUsd } = decision;
  const outcomes = comparedOutcomes(ofFirst, said);
  return { id, model, costUsd, ...rest, outcome: outcomeOf(said), outcomes };
}

function outcomeOf(said: ReadonlyMap<string, number>): number | undefined {
  return said.size === 0 ? undefined : mean([...said.values()]);
}

function comparedOutcomes(
  ofFirst: ReadonlyMap<string, number>,
  ofSecond: ReadonlyMap<string, number>,
): SecondAnswer['outcomes'] {
  const [first, second] = [bySource(ofFirst), bySource(ofSecond)];
  const shared = [...first.keys()].filter((source) => second.has(source));
  if (shared.length === 0) return undefined;
  const over = (said: ReadonlyMap<unknown, number[]>): number =>
    mean(shared.map((source) => mean(said.get(source) ?? [])));
  return { first: over(first), second: over(second) };
}

/** What all keys said of an answer, by the source. */
function bySource(said: ReadonlyMap<string, number>): Map<unknown, number[]> {
  const found = new Map<unknown, number[]>();
  for (const [key, outcome] of said) {
    const [, source]: unknown[] = JSON.parse(key);
    found.set(source, [...(found.get(source) ?? []), outcome]);
  }
  return found;
}

function decisionOf(
  fields: DecisionFields,
  row: number,
  known: Pick<DecisionRecord, 'id' | 'model'>,
): DecisionRecord {
  const propensity = fields.number('propensity', LEAST_PROPENSITY, 1);
  return {
    ...known,
    row,
    promptId: fields.text('prompt_id') ?? known.id,
    prompt: fields.text('prompt'),
    chosen: fields.text('chosen'),
    propensity,
    familiarity: fields.number('familiarity', 0, 1),
    costUsd: fields.number('costUsd', 0, MOST_USD),
    ...(fields.flag('shadow') && { isShadow: true }),
    candidates: fields.candidates(),
  };
}
