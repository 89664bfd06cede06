import { checkNumber, checkObject } from '@embedllm/internals';
import type { Constraint } from './policy.js';

/** Options of `requiredCapabilities`. */
export interface RequiredCapabilitiesOptions {
  /** What a model must be able to do, such as `['tools', 'vision']`. @default [] */
  readonly capabilities?: readonly string[] | undefined;
  /** Where it must be served. @default anywhere */
  readonly region?: string | undefined;
  /**
   * Tokens to leave for the answer: the question's estimated tokens and these must fit
   * `contextLength`. @default no check of the context length
   */
  readonly outputTokens?: number | undefined;
  /** The least `contextLength`, whatever the question. @default 0 */
  readonly contextLength?: number | undefined;
}

/**
 * Only models known to have all that is asked for; what `ModelInfo` does not say counts as
 * lacking.
 *
 * @throws EmbedLLMError `invalid-argument` on negative token counts.
 */
export function requiredCapabilities(options: RequiredCapabilitiesOptions): Constraint {
  const {
    capabilities = [],
    region,
    outputTokens,
    contextLength = 0,
  } = checkObject('options', options);
  checkNumber('outputTokens', outputTokens ?? 0, { min: 0 });
  checkNumber('contextLength', contextLength, { min: 0 });
  return {
    kind: 'constraint',
    name: 'required capabilities',
    needs: [
      ...(capabilities.length > 0 ? (['capabilities'] as const) : []),
      ...(region === undefined ? [] : (['regions'] as const)),
      ...(contextLength || outputTokens ? (['contextLength'] as const) : []),
    ],
    admits: ({ models, inputTokens = 0 }, model) => {
      const info = models[model];
      const tokens = Math.max(
        contextLength,
        outputTokens === undefined ? 0 : inputTokens + outputTokens,
      );
      return (
        capabilities.every((capability) => info?.capabilities?.includes(capability)) &&
        (region === undefined || info?.regions?.includes(region) === true) &&
        tokens <= (info?.contextLength ?? 0)
      );
    },
  };
}
