import { EmbedLLMError } from '@embedllm/core';

/** Logged answers of the models of a cascade to the same requests, each list of length N. */
export interface CascadeLog {
  /** 1 where the models that are asked first agree. */
  readonly agreed: ArrayLike<number>;
  /** How good the answer of the first of them was, from 0 to 1. */
  readonly first: ArrayLike<number>;
  /** How good the better model's answer was. */
  readonly better: ArrayLike<number>;
  /** What all that are asked first cost together, in US dollars. */
  readonly firstCostsUsd: ArrayLike<number>;
  readonly betterCostsUsd: ArrayLike<number>;
  /**
   * What the router predicts of the first and of the better model, for a gate that also escalates agreed
   * answers which are probably wrong.
   *
   * @default agreement alone decides
   */
  readonly predicted?:
    | { readonly first: ArrayLike<number>; readonly better: ArrayLike<number> }
    | undefined;
}

/** @throws EmbedLLMError naming the list and the request. */
export function checkLog(log: CascadeLog): number {
  const N = log.agreed.length;
  const { agreed, first, better, firstCostsUsd, betterCostsUsd, predicted } = log;
  const shares = {
    ...{ agreed, first, better },
    ...(predicted && { 'predicted.first': predicted.first, 'predicted.better': predicted.better }),
  };
  for (const [name, list] of Object.entries({ ...shares, firstCostsUsd, betterCostsUsd })) {
    if (list.length !== N) {
      throw new EmbedLLMError(
        `\`${name}\` has ${list.length} entries, but there are ${N} requests.`,
        {
          code: 'shape-mismatch',
        },
      );
    }
    const most = name in shares ? 1 : Number.MAX_VALUE;
    const wrong = Array.from(list).findIndex((value) => !(value >= 0 && value <= most));
    if (wrong >= 0) {
      throw new EmbedLLMError(
        `${name} of request ${wrong} must be a number from 0${most === 1 ? ' to 1' : ''}, but is ${list[wrong]}.`,
        { code: 'invalid-argument' },
      );
    }
  }
  if (N < 20) {
    throw new EmbedLLMError(`A log of ${N} requests is too short. At least 20 are needed.`, {
      code: 'invalid-argument',
    });
  }
  return N;
}
