import { EmbedLLMError } from '@embedllm/core';
import { checkInteger, withoutReasoning } from '@embedllm/internals';
import { runJavaScript } from '../sandbox/run-javascript.js';
import { NO_KEY, type Score, type Scorer } from './scorer.js';

/** Options of `javascriptScorer`. */
export interface JavaScriptScorerOptions {
  /** Milliseconds that a program and its test may run, an integer of at least 1. @default 2000 */
  readonly timeoutMs?: number | undefined;
  /** Bytes that they may hold, an integer of at least 1 MiB. @default 64 MiB */
  readonly memoryBytes?: number | undefined;
}

const MEBIBYTE = 1024 * 1024;
const FENCE = /```(?:js|javascript|jsx|mjs)?[ \t]*\r?\n([\s\S]*?)```/gi;
/** Longer than any answer. */
const LONGEST = 1_000_000;

/**
 * Scores programs in JavaScript by a test, the key: code that runs after the program and calls
 * `assert(condition)` or `assertEqual(actual, expected)`, which compares by value. The answer is the
 * last fenced block of the output, else all of it. It is right where the test ends without an error.
 *
 * Program and test run in QuickJS (`quickjs-emscripten`, an optional peer), an interpreter in
 * WebAssembly without files, network, modules, timers or anything else of Node, in a thread of their
 * own with limits of time, memory and stack. Promises are not waited for.
 */
export function javascriptScorer(options: JavaScriptScorerOptions = {}): Scorer {
  const { timeoutMs = 2000, memoryBytes = 64 * MEBIBYTE } = options;
  checkInteger('timeoutMs', timeoutMs, { min: 1, max: 2 ** 30 });
  checkInteger('memoryBytes', memoryBytes, { min: MEBIBYTE, max: 1024 * MEBIBYTE });
  return {
    id: 'javascript',
    version: 1,
    instruction: 'Answer with the program alone, in one fenced block of JavaScript.',
    prepare: assertInstalled,
    score: async ({ output, key, signal }): Promise<Score> => {
      if (key === undefined) return NO_KEY;
      await assertInstalled();
      const text = withoutReasoning(output);
      const program = [...text.matchAll(FENCE)].at(-1)?.[1] ?? text;
      if (program.length > LONGEST) return { outcome: 0, reason: 'The program is too long.' };
      const task = { program, test: key, timeoutMs, memoryBytes };
      const { passed, reason = 'The test passed.' } = await runJavaScript(task, signal);
      if (reason.startsWith('The test cannot be read')) return { reason };
      return { outcome: passed ? 1 : 0, answer: program, reason };
    },
  };
}

/** @throws EmbedLLMError `missing-dependency` where the interpreter is not installed. */
async function assertInstalled(): Promise<void> {
  try {
    await import('quickjs-emscripten');
  } catch (cause) {
    throw new EmbedLLMError(
      'Running JavaScript programs needs QuickJS. Install it with: npm install quickjs-emscripten',
      { code: 'missing-dependency', cause },
    );
  }
}
