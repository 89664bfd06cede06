import { EmbedLLMError, type QuestionEncoder } from '@embedllm/core';

/** One requirement, for any test runner. */
export interface ConformanceCheck {
  /** What is required, in plain words: "gives one row per text, in the order of the texts". */
  readonly name: string;
  /** @throws EncoderConformanceError when the encoder does not do it. */
  run(): Promise<void>;
}

/** An encoder does not do what is required; the message says how. */
export class EncoderConformanceError extends EmbedLLMError {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, { ...options, code: 'invalid-argument' });
    this.name = 'EncoderConformanceError';
  }
}

/** What every check is given. */
export interface ConformanceSubject {
  /** The encoder under test, the same one in all checks. */
  readonly encoder: () => Promise<QuestionEncoder>;
  /** Makes another one. */
  readonly createEncoder: () => Promise<QuestionEncoder>;
  /** Different texts that the encoder should tell apart. */
  readonly texts: readonly string[];
  readonly tolerance: number;
  readonly longTextCharacters: number;
  readonly manyTexts: number;
}

/** A requirement before it is bound to an encoder. */
export interface Requirement {
  readonly name: string;
  check(subject: ConformanceSubject): Promise<void>;
}

export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new EncoderConformanceError(message);
}
