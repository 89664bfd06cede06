import type { ModelInfo } from '@embedllm/core';

/** How long one answer was, in whichever unit the log has. */
export interface OutputLength {
  /** Generated tokens, hidden reasoning included. */
  readonly outputTokens?: number | undefined;
  /** Characters of the answer. */
  readonly outputChars?: number | undefined;
}

/** Sums the lengths of answers for each model. */
export class OutputLengths {
  readonly #sums: { tokens: number; tokenCount: number; chars: number; charCount: number }[] = [];

  /** @param model - Its position. */
  note(model: number, { outputTokens, outputChars }: OutputLength): void {
    this.#sums[model] ??= { tokens: 0, tokenCount: 0, chars: 0, charCount: 0 };
    const sums = this.#sums[model];
    if (outputTokens !== undefined) {
      sums.tokens += outputTokens;
      sums.tokenCount++;
    }
    if (outputChars !== undefined) {
      sums.chars += outputChars;
      sums.charCount++;
    }
  }

  /**
   * What is known of the models: their names, `meanOutputTokens` where the logs count tokens, and
   * `metadata.meanOutputChars` where they hold the text of answers.
   */
  describe(names: readonly string[]): ModelInfo[] {
    return names.map((name, model) => {
      const sums = this.#sums[model];
      return {
        name,
        ...(sums && sums.tokenCount > 0 && { meanOutputTokens: sums.tokens / sums.tokenCount }),
        ...(sums &&
          sums.charCount > 0 && { metadata: { meanOutputChars: sums.chars / sums.charCount } }),
      };
    });
  }
}
