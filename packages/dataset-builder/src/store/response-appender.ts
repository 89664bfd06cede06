import type { DuckDBAppender, DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import { loadDuckDB } from './load-duckdb.js';
import { SeenPairs } from './seen-pairs.js';

/** Rows that DuckDB takes at once. */
const CHUNK_ROWS = 2048;

/**
 * Adds rows of question, model and score to a table, a chunk at a time: a call a row would cost
 * more. A table with a fourth column gets the same source in every row.
 */
export class ResponseAppender {
  readonly #appender: DuckDBAppender;
  readonly #newChunk: (rows: number) => DuckDBDataChunk;
  readonly #questions = new Int32Array(CHUNK_ROWS);
  readonly #models = new Int32Array(CHUNK_ROWS);
  readonly #scores = new Float64Array(CHUNK_ROWS);
  readonly #source: number | undefined;
  readonly #seen = new SeenPairs();
  /** A full chunk, which is filled again and again. */
  readonly #chunk: DuckDBDataChunk;
  #used = 0;
  #rows = 0;

  private constructor(
    appender: DuckDBAppender,
    newChunk: (rows: number) => DuckDBDataChunk,
    source: number | undefined,
  ) {
    this.#appender = appender;
    this.#newChunk = newChunk;
    this.#source = source;
    this.#chunk = newChunk(CHUNK_ROWS);
  }

  static async on(appender: DuckDBAppender, source?: number): Promise<ResponseAppender> {
    const { DOUBLE, DuckDBDataChunk: Chunk, INTEGER } = await loadDuckDB();
    const types = [INTEGER, INTEGER, DOUBLE, ...(source === undefined ? [] : [INTEGER])];
    return new ResponseAppender(appender, (rows) => Chunk.create(types, rows), source);
  }

  /** How many rows were added. */
  get rows(): number {
    return this.#rows + this.#used;
  }

  /** Whether a question and model may have occurred twice. */
  get mayRepeat(): boolean {
    return this.#seen.mayRepeat;
  }

  add(question: number, model: number, score: number): void {
    this.#seen.add(question, model);
    const at = this.#used++;
    this.#questions[at] = question;
    this.#models[at] = model;
    this.#scores[at] = score;
    if (this.#used === CHUNK_ROWS) this.flush();
  }

  flush(): void {
    const rows = this.#used;
    if (rows === 0) return;
    this.#used = 0;
    this.#rows += rows;
    const chunk = rows === CHUNK_ROWS ? this.#chunk : this.#newChunk(rows);
    setColumn(chunk.getColumnVector(0), this.#questions);
    setColumn(chunk.getColumnVector(1), this.#models);
    setColumn(chunk.getColumnVector(2), this.#scores);
    if (this.#source !== undefined) {
      setColumn(chunk.getColumnVector(3), new Int32Array(rows).fill(this.#source));
    }
    this.#appender.appendDataChunk(chunk);
  }
}

function setColumn(vector: DuckDBVector, values: Int32Array | Float64Array): void {
  const count = vector.itemCount;
  for (let index = 0; index < count; index++) vector.setItem(index, values[index]!);
  vector.flush();
}
