import { createHash } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import type { Backbone } from '../connection/backbone.js';
import { endJobs } from './end-jobs.js';
import { RunLease } from './run-lease.js';

/** What `plan.json` has. */
export interface OutputPlan {
  readonly kind: 'encode' | 'import';
}

/** What a prefix is to hold. */
export interface OutputClaim extends OutputPlan {
  /** Prefix of the keys. */
  readonly output: string;
  /** All that decides what is written there. */
  readonly settings: object;
  /** What is written last, next to the rest: `manifest.json`. */
  readonly last: string;
  /** What it holds if the settings are others: `vectors of other texts`. */
  readonly other: string;
  readonly queue: string;
  readonly signal: AbortSignal | undefined;
}

/** A prefix of its own. */
export interface ClaimedOutput {
  /** Names the run, in ids of jobs: the same for the same settings. */
  readonly run: string;
  readonly lease: RunLease;
}

/**
 * Refuses to mix the output of two runs under one prefix. What a run left that was never finished is taken
 * over: keys of unfinished work name what it is of, so that what is still right is found again.
 *
 * @throws EmbedLLMError `invalid-argument` where the output of another run is complete, or is being written.
 */
export async function claimOutput(backbone: Backbone, claim: OutputClaim): Promise<ClaimedOutput> {
  const { storage, onNotice } = backbone;
  const { kind, output, settings, last, other, queue, signal } = claim;
  const key = `${output}${PLAN}`;
  const plan = JSON.stringify({ kind, ...settings });
  const run = runOf(output, plan);
  const lease = await RunLease.take(backbone, output, run);
  try {
    const isNew = (await storage.size(key, { signal })) === undefined;
    const before = isNew ? '' : Buffer.from(await storage.get(key, { signal })).toString();
    if (before === plan) return { run, lease };
    if (!isNew) {
      if ((await storage.size(output + last, { signal })) !== undefined) {
        throw new EmbedLLMError(
          `${output} in ${storage.address} contains ${other}. Choose another output, or delete ${key} and the objects next to it.`,
          { code: 'invalid-argument' },
        );
      }
      onNotice(
        `${output} in ${storage.address} contains the beginning of ${other}. It is discarded, and unchanged work is not repeated.`,
      );
      await endJobs(backbone, queue, runOf(output, before), signal);
    }
    await storage.put(key, Buffer.from(plan), { signal });
    return { run, lease };
  } catch (error) {
    await lease.end();
    throw error;
  }
}

/** What says under an output what it is of. */
export const PLAN = 'plan.json';

function runOf(output: string, plan: string): string {
  return createHash('sha256').update(output).update(plan).digest('hex').slice(0, 16);
}
