import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { DecisionSettings } from '../configuration/decision-settings.js';
import type { DecisionLog, Feedback, LoggedDecision } from '../observe/decision-log.js';
import {
  decisionRow,
  feedbackRow,
  isAnswered,
  type JudgedAnswer,
  readJudged,
} from './decision-row.js';

/** Answers that feedback may name. */
const MAX_REMEMBERED = 50_000;
/** What is read of the file at the start, to remember the answers before. */
const TAIL_BYTES = 8 * 1024 * 1024;
/** What waits for a slow disk. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const RETRY_MS = 30_000;

/**
 * Keeps decisions as lines of JSON in a file that only grows; each `use` opens it anew, so that it can
 * be rotated. A disk that is full or slow costs lines, never a request.
 */
export class DecisionFile implements DecisionLog {
  readonly #onFailure: (message: string) => void;
  readonly #answers = new Map<string, JudgedAnswer>();
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

  /** Writes as these settings say from now on; remembers what stands at the end of another file. */
  async use(settings: DecisionSettings | undefined): Promise<void> {
    if (settings !== undefined && settings.file !== this.#settings?.file) {
      await this.#remember(settings.file);
    }
    const before = this.#stream;
    this.#settings = settings;
    this.#stream = undefined;
    if (settings) this.#open(settings.file);
    await ended(before);
  }

  note(logged: LoggedDecision): void {
    if (!this.#settings) return;
    const row = decisionRow(logged, this.#settings.questions);
    if (row === undefined) return;
    if (logged.log.model !== undefined && isAnswered(logged.log.status)) this.#add(row);
    this.#write(row);
  }

  judge(feedback: Feedback): boolean {
    const answer = this.#answers.get(feedback.id);
    if (!answer || (!feedback.isAdmin && answer.client !== feedback.client)) return false;
    this.#write(feedbackRow(answer, feedback));
    return true;
  }

  /** Resolves when all is written, or cannot be. */
  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#settings = undefined;
    await ended(stream);
  }

  #open(file: string): void {
    const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
    this.#stream = stream;
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
      this.#open(this.#settings.file);
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
    if (isNew) this.#onFailure(`Decisions are not kept for now: ${reason}.`);
  }

  #add({ id, client, model, prompt_id }: JudgedAnswer): void {
    this.#answers.delete(id);
    this.#answers.set(id, { id, client, model, prompt_id });
    if (this.#answers.size <= MAX_REMEMBERED) return;
    const [oldest = ''] = this.#answers.keys();
    this.#answers.delete(oldest);
  }

  async #remember(file: string): Promise<void> {
    let handle: Awaited<ReturnType<typeof open>> | undefined;
    try {
      handle = await open(file, 'r');
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      await handle.read(bytes, 0, bytes.length, size - bytes.length);
      for (const line of bytes.toString().split('\n')) {
        const answer = readJudged(line);
        if (answer) this.#add(answer);
      }
    } catch {
      // There is no file yet; if it cannot be written either, writing says so.
    } finally {
      await handle?.close();
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
