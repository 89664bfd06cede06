import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, withoutReasoning } from '@embedllm/internals';
import { findPython, type PythonCommand } from '../sandbox/python-command.js';
import { runPython } from '../sandbox/run-python.js';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Options of `pythonScorer`. */
export interface PythonScorerOptions {
  /** Milliseconds that a program and its test may run, an integer of at least 1. @default 5000 */
  readonly timeoutMs?: number | undefined;
  /** Bytes of address space that they may take, an integer of at least 64 MiB. @default 512 MiB */
  readonly memoryBytes?: number | undefined;
  /** The interpreter. @default 'python3' */
  readonly python?: string | undefined;
  /**
   * Run programs also where they cannot be kept from files and the network, with limits alone. Do so
   * only on a machine that has nothing to lose, such as a container without network.
   *
   * @default false
   */
  readonly allowUnconfined?: boolean | undefined;
}

const MEBIBYTE = 1024 * 1024;
const FENCE = /```(?:py|python|python3)?[ \t]*\r?\n([\s\S]*?)```/gi;
/** Longer than any answer. */
const LONGEST = 1_000_000;

/**
 * Scores programs in Python by a test, the key: code that runs after the program in the same module,
 * such as `assert add(1, 2) == 3`. The answer is the last fenced block of the output, else all of it.
 * It is right where the test ends without an exception.
 *
 * Each runs in a process of its own with limits of time, memory, files and output. On Linux it is
 * also in namespaces of its own: without network, without files but Python's, which it cannot
 * change, and without sight of other processes. That is best effort, not a boundary against an
 * attacker: it is the kernel that is shared, and a program that means to can make its test pass.
 *
 * @throws EmbedLLMError `missing-dependency` from `prepare` and `score` where there is no Python, or it
 * cannot be confined and `allowUnconfined` does not say that it need not be.
 */
export function pythonScorer(options: PythonScorerOptions = {}): Scorer {
  const { timeoutMs = 5000, memoryBytes = 512 * MEBIBYTE } = options;
  const { python = 'python3', allowUnconfined = false } = options;
  checkInteger('timeoutMs', timeoutMs, { min: 1, max: 2 ** 30 });
  checkInteger('memoryBytes', memoryBytes, { min: 64 * MEBIBYTE, max: 2 ** 40 });
  let found: Promise<PythonCommand> | undefined;
  const prepare = (): Promise<PythonCommand> => {
    found ??= interpreter(python, allowUnconfined);
    return found;
  };
  return {
    id: 'python',
    version: 1,
    instruction: 'Answer with the program alone, in one fenced block of Python.',
    prepare,
    score: async ({ output, key, signal }): Promise<Score> => {
      if (key === undefined) return NO_KEY;
      const command = await prepare();
      const text = withoutReasoning(output);
      const program = [...text.matchAll(FENCE)].at(-1)?.[1] ?? text;
      if (program.length > LONGEST) return { outcome: 0, reason: 'The program is too long.' };
      const task = { program, test: key, timeoutMs, memoryBytes };
      const { passed, reason } = await runPython(task, command, signal);
      if (passed === undefined) return { reason };
      return { outcome: passed ? 1 : 0, answer: program, reason };
    },
  };
}

async function interpreter(python: string, allowUnconfined: boolean): Promise<PythonCommand> {
  const refuse = (message: string): never => {
    throw new EmbedLLMError(message, { code: 'missing-dependency' });
  };
  const command = await findPython(python);
  if (command === undefined) {
    return refuse(
      `Running Python programs needs an interpreter, but "${python}" cannot be started.`,
    );
  }
  if (!command.isConfined && !allowUnconfined) {
    return refuse(
      'Python programs cannot be isolated from files and the network on this machine: that needs Linux with unshare, setpriv and user namespaces. Score them in a container that allows these, or in one without network and with allowUnconfined.',
    );
  }
  return command;
}
