import { DataError, type Progress } from '@embedllm/core';
import { sizeOfFile } from '../files/read-bytes.js';
import { readingProgress } from '../files/reading-progress.js';
import { isJsonObject, ownValue } from '../jsonl/parse-object.js';
import { readRows } from '../tables/read-rows.js';
import { sniffSyntax } from '../tables/sniff-syntax.js';
import type { TableRow } from '../tables/table-row.js';

/** What no policy and no answer has, but a slip in a file: sums of it would not be finite. */
const LEAST_PROPENSITY = 1e-12;
const MOST_USD = 1e9;

/** A model that a routed request could have gone to. */
export interface DecisionCandidate {
  readonly model: string;
  /** What the router predicted of a right answer, from 0 to 1. */
  readonly probability: number;
  /** What the router expected it to cost in US dollars, where prices were known. */
  readonly expectedCostUsd?: number | undefined;
}

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
  readonly costUsd?: number | undefined;
  /** How good it was, like that of a decision. */
  readonly outcome?: number | undefined;
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
  { signal, onProgress, onTorn }: ReadDecisionsOptions = {},
): Promise<DecisionRecord[]> {
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
      if (id === undefined) throw fields.wrong('id', 'must be a text');
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
      if (asked) asked.second = { ...judged, answer: fields.text('answer') };
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
      ...(second && { second: secondOf(second) }),
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

interface JudgedSecond extends Pick<JudgedDecision, 'decision' | 'said'> {
  readonly answer: string | undefined;
}

function secondOf({ decision: { id, model, costUsd }, said, answer }: JudgedSecond): SecondAnswer {
  return { id, model, costUsd, answer, outcome: outcomeOf(said) };
}

function outcomeOf(said: ReadonlyMap<string, number>): number | undefined {
  if (said.size === 0) return undefined;
  return [...said.values()].reduce((sum, one) => sum + one, 0) / said.size;
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

/** The fields of a line, checked. */
class DecisionFields {
  readonly #file: string;
  readonly #row: TableRow;

  constructor(file: string, row: TableRow) {
    this.#file = file;
    this.#row = row;
  }

  text(name: string): string | undefined {
    const value = this.#row.value(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#row.value(name) === true;
  }

  number(name: string, min: number, max: number): number | undefined {
    return this.#checked(name, this.#row.value(name), min, max);
  }

  candidates(): DecisionCandidate[] {
    const list = this.#row.value('candidates') ?? [];
    if (!Array.isArray(list)) throw this.wrong('candidates', 'must be a list');
    return list.map((candidate: unknown, index) => {
      const place = `candidates[${index}]`;
      const object = isJsonObject(candidate) ? candidate : undefined;
      const model = object && ownValue(object, 'model');
      if (!object || typeof model !== 'string') {
        throw this.wrong(`${place}.model`, 'must name a model');
      }
      const number = (name: string, max: number): number | undefined =>
        this.#checked(`${place}.${name}`, ownValue(object, name), 0, max);
      const probability = number('probability', 1);
      if (probability === undefined) throw this.wrong(`${place}.probability`, 'is missing');
      const expectedCostUsd = number('expectedCostUsd', MOST_USD);
      return { model, probability, ...(expectedCostUsd !== undefined && { expectedCostUsd }) };
    });
  }

  wrong(name: string, problem: string): DataError {
    return new DataError(`${problem}.`, {
      file: this.#file,
      row: this.#row.row,
      field: this.#row.field(name),
    });
  }

  #checked(name: string, value: unknown, min: number, max: number): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      const range = `from ${min} to ${max}`;
      throw this.wrong(name, `must be a number ${range}, but is ${JSON.stringify(value)}`);
    }
    return value;
  }
}
