import type { DuckDBAppender, DuckDBDataChunk } from '@duckdb/node-api';
import { loadDuckDB } from './load-duckdb.js';
import { SeenPairs } from './seen-pairs.js';

/** Rows that DuckDB takes at once. */
const CHUNK_ROWS = 2048;

/** Adds rows of numbers to `staged_codes`, a chunk at a time: a call a row would cost more. */
export class ResponseAppender {
  readonly #appender: DuckDBAppender;
  readonly #newChunk: (rows: number) => DuckDBDataChunk;
  readonly #questions: number[] = new Array<number>(CHUNK_ROWS).fill(0);
  readonly #models: number[] = new Array<number>(CHUNK_ROWS).fill(0);
  readonly #scores: number[] = new Array<number>(CHUNK_ROWS).fill(0);
  readonly #seen = new SeenPairs();
  #used = 0;

  private constructor(appender: DuckDBAppender, newChunk: (rows: number) => DuckDBDataChunk) {
    this.#appender = appender;
    this.#newChunk = newChunk;
  }

  static async on(appender: DuckDBAppender): Promise<ResponseAppender> {
    const { DOUBLE, DuckDBDataChunk: Chunk, INTEGER } = await loadDuckDB();
    return new ResponseAppender(appender, (rows) => Chunk.create([INTEGER, INTEGER, DOUBLE], rows));
  }

  /** Whether a question and model may have occurred twice. */
  get mayRepeat(): boolean {
    return this.#seen.mayRepeat;
  }

  add(question: number, model: number, score: number): void {
    this.#seen.add(question, model);
    this.#questions[this.#used] = question;
    this.#models[this.#used] = model;
    this.#scores[this.#used] = score;
    if (++this.#used === CHUNK_ROWS) this.flush();
  }

  flush(): void {
    if (this.#used === 0) return;
    const chunk = this.#newChunk(this.#used);
    const columns = [this.#questions, this.#models, this.#scores];
    chunk.setColumns(columns.map((values) => values.slice(0, this.#used)));
    this.#appender.appendDataChunk(chunk);
    this.#used = 0;
  }
}
