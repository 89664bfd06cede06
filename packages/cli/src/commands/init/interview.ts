import type { CommandIo } from '../../program/command-io.js';
import { UsageError } from '../../program/failure.js';

/** Asks a person for what options leave open, on standard error and from standard input. */
export class Interview {
  readonly #io: CommandIo;
  #lines: AsyncIterator<string> | undefined;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  /** Whether there is a person to ask. */
  get isPossible(): boolean {
    return this.#io.stdin.isTTY === true;
  }

  /**
   * One answer; the fallback where it is empty.
   *
   * @param option - What says the same without being asked.
   * @throws UsageError where nobody can be asked, or the input ends without an answer.
   */
  async ask(question: string, option: string, fallback?: string): Promise<string> {
    if (!this.isPossible) {
      throw new UsageError(`${option} is required when standard input is not a terminal.`);
    }
    const hint = fallback === undefined ? '' : ` [${fallback}]`;
    for (;;) {
      this.#io.stderr.write(`${question}${hint} `);
      this.#lines ??= linesOf(this.#io.stdin);
      const { value, done } = await this.#lines.next();
      if (done === true) throw new UsageError(`The input ended. Pass ${option} instead.`);
      const answer = value.trim() || fallback;
      if (answer !== undefined) return answer;
    }
  }

  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test(await this.ask(`${question} (y/n)`, '--yes', 'y'));
  }
}

async function* linesOf(input: CommandIo['stdin']): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
