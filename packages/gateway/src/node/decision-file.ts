import { createWriteStream, type WriteStream } from 'node:fs';
import type { DecisionSettings } from '../configuration/decision-settings.js';
import type { DecisionLog, LoggedDecision } from '../observe/decision-log.js';
import type { AnswerOutcome, PostedOutcome } from '../outcomes/outcome.js';
import { decisionRow, isAnswered, outcomeRow, readDecision } from './decision-row.js';
import { KnownAnswers } from './known-answers.js';
import { endsWithinLine, lastLines } from './last-lines.js';

/** What is read of the file at the start, to remember the answers before. */
const TAIL_BYTES = 8 * 1024 * 1024;
/** What waits for a slow disk. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const RETRY_MS = 30_000;

/**
 * Keeps decisions as lines of JSON in a file that only grows; each `use` opens it again, so that it can
 * be rotated. A disk that is full or slow costs lines, never a request.
 */
export class DecisionFile implements DecisionLog {
  readonly #onFailure: (message: string) => void;
  readonly #answers = new KnownAnswers();
  #keepsQuestions = false;
  #settings: DecisionSettings | undefined;
  #stream: WriteStream | undefined;
  #failedAt = 0;

  /** @param onFailure - Called when lines are lost, once until the file is written again. */
  constructor(onFailure: (message: string) => void) {
    this.#onFailure = onFailure;
  }

  get isOn(): boolean {
    return this.#settings !== undefined;
  }

  /**
   * Writes as these settings say from now on; remembers what stands at the end of another file.
   *
   * @param keepsQuestions - Whether outcomes are to come with the text of their question.
   */
  async use(settings: DecisionSettings | undefined, keepsQuestions = false): Promise<void> {
    this.#keepsQuestions = keepsQuestions;
    const isOther = settings?.file !== this.#settings?.file;
    if (settings && isOther) await this.#remember(settings.file);
    const before = this.#stream;
    this.#settings = settings;
    this.#stream = undefined;
    if (settings) this.#open(settings.file, isOther || this.#failedAt > 0);
    await ended(before);
  }

  note(logged: LoggedDecision): void {
    if (!this.#settings) return;
    const decided = decisionRow(logged, this.#settings);
    if (decided === undefined) return;
    if (logged.log.model !== undefined && isAnswered(logged.log.status)) {
      this.#answers.add(decided.answer, this.#keepsQuestions);
    }
    this.#write(decided.row);
  }

  judge(posted: PostedOutcome): AnswerOutcome | undefined {
    const outcome = this.#answers.judge(posted);
    if (outcome && outcome.isRepeated !== true) this.#write(outcomeRow(outcome));
    return outcome;
  }

  /** Resolves when all is written, or cannot be. */
  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#settings = undefined;
    await ended(stream);
  }

  /** @param mayBeTorn - A process that was killed, or a disk that was full, may have left half a line. */
  #open(file: string, mayBeTorn: boolean): void {
    const isTorn = mayBeTorn && endsWithinLine(file);
    const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
    this.#stream = stream;
    // It must not take the next one with it.
    if (isTorn) stream.write('\n');
    stream.on('error', (error) => {
      if (this.#stream === stream) this.#fail(error.message);
    });
    stream.once('ready', () => {
      this.#failedAt = 0;
    });
  }

  #write(row: object): void {
    if (this.#failedAt > 0 && Date.now() - this.#failedAt >= RETRY_MS && this.#settings) {
      this.#stream?.destroy();
      this.#open(this.#settings.file, true);
      this.#failedAt = Date.now();
    }
    const stream = this.#stream;
    if (!stream || stream.destroyed) return;
    if (stream.writableLength > MAX_WAITING_BYTES) this.#fail('the disk is too slow');
    else stream.write(`${JSON.stringify(row)}\n`);
  }

  #fail(reason: string): void {
    const isNew = this.#failedAt === 0;
    this.#failedAt = Date.now();
    if (isNew) this.#onFailure(`Decisions are currently not recorded: ${reason}.`);
  }

  async #remember(file: string): Promise<void> {
    for (const line of await lastLines(file, TAIL_BYTES)) {
      const read = readDecision(line);
      if (read === undefined) continue;
      if ('outcome' in read) this.#answers.judge({ ...read, isAdmin: true });
      else this.#answers.add(read, this.#keepsQuestions);
    }
  }
}

async function ended(stream: WriteStream | undefined): Promise<void> {
  if (!stream || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.end();
  });
}
