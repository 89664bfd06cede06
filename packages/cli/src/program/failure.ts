import { EmbedLLMError, type ErrorCode, reasonOf } from '@embedllm/internals';
import { EXIT_CODES } from './exit-code.js';
import { installHint } from './install-hint.js';

/** A mistake on the command line or in the configuration file. */
export class UsageError extends EmbedLLMError {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, { ...options, code: 'invalid-argument' });
    this.name = 'UsageError';
  }
}

/** How a run failed. */
export interface Failure {
  readonly exitCode: number;
  /** Stable reason: a code of `EmbedLLMError`, `usage`, `out-of-memory` or `internal`. */
  readonly code: string;
  /** One line, but for a list of what is open. */
  readonly message: string;
  /** File, row and field, where they are known. */
  readonly location?: unknown;
}

/**
 * Codes of `EmbedLLMError` by what they mean for a script. The libraries are not imported for
 * it, so that a run that fails early stays quick: errors are recognised by their shape.
 */
const EXIT_BY_CODE: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': EXIT_CODES.usage,
  'shape-mismatch': EXIT_CODES.data,
  'invalid-data': EXIT_CODES.data,
  'conflicting-labels': EXIT_CODES.data,
  'invalid-artifact': EXIT_CODES.data,
  'unsupported-version': EXIT_CODES.data,
  'encoder-mismatch': EXIT_CODES.data,
  'no-candidate': EXIT_CODES.checkFailed,
  'missing-dependency': EXIT_CODES.environment,
  environment: EXIT_CODES.environment,
  'not-finite': EXIT_CODES.data,
  io: EXIT_CODES.data,
  http: EXIT_CODES.data,
  timeout: EXIT_CODES.data,
};

/** What an error means for the process and for the person before it. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) {
    const failure = { exitCode: EXIT_CODES.usage, code: 'usage', message: oneLine(error.message) };
    const location: unknown = Reflect.get(Object(error.cause), 'location');
    return location === undefined ? failure : { ...failure, location };
  }
  if (error instanceof Error) {
    const code = Reflect.get(error, 'code');
    if (isErrorCode(code)) {
      const location: unknown = Reflect.get(error, 'location');
      // A list of choices has one per line.
      const hasOptions = Array.isArray(Reflect.get(error, 'options'));
      const said = hasOptions ? error.message.trim() : oneLine(error.message);
      const message = code === 'missing-dependency' ? installHint(said) : said;
      const failure = { exitCode: EXIT_BY_CODE[code], code, message };
      return location === undefined ? failure : { ...failure, location };
    }
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
      const path = Reflect.get(error, 'path');
      const said = typeof path === 'string' ? `${path}: ${reasonOf(error)}` : reasonOf(error);
      return { exitCode: EXIT_CODES.data, code: 'io', message: oneLine(said) };
    }
  }
  if (error instanceof RangeError && /allocation failed|typed array length/.test(error.message)) {
    return {
      exitCode: EXIT_CODES.environment,
      code: 'out-of-memory',
      message: `Out of memory (${oneLine(error.message)}). Use fewer --dimensions, models or questions.`,
    };
  }
  if (error instanceof Error && /No space left on device/.test(error.message)) {
    return { exitCode: EXIT_CODES.data, code: 'io', message: oneLine(error.message) };
  }
  const text =
    error instanceof Error && error.name !== 'Error'
      ? `${error.name}: ${error.message}`
      : reasonOf(error);
  return {
    exitCode: EXIT_CODES.internal,
    code: 'internal',
    message: `${oneLine(text)} (This is a bug in embedllm; --debug shows where.)`,
  };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(EXIT_BY_CODE, code);
}

/** On one line, but for lists of what is wrong, which have a line for each. */
function oneLine(text: string): string {
  return text.replace(/\s*\n(?!- )\s*/g, ' ').trim();
}
