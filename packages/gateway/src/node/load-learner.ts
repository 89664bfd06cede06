import { DataError } from '@embedllm/core';
import { Router } from '@embedllm/router';
import { Learner } from '@embedllm/router/learning';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import type { GatewayContents } from '../gateway-state.js';
import type { AnswerOutcome } from '../outcomes/outcome.js';
import { readDecision } from './decision-row.js';
import { KnownAnswers } from './known-answers.js';
import { lastLines } from './last-lines.js';
import type { GatewayEvent } from './log-line.js';

/** What is read of the file of decisions, from its end. */
const TAIL_BYTES = 64 * 1024 * 1024;

/** What makes a learner. */
export interface LoadLearnerOptions {
  readonly router: GatewayContents['router'];
  readonly configuration: GatewayConfiguration;
  readonly log: (event: GatewayEvent) => void;
  /** Whether a stream gives it all outcomes of the past. */
  readonly isFed: boolean;
}

/**
 * What lets the router learn, where `routing.learning` says so: it begins with the outcomes in the file of
 * decisions, so that a restart or a new artifact forgets nothing, unless a stream has them too.
 *
 * @throws DataError `invalid-data` when the router is not one that learns.
 */
export async function loadLearner({
  router,
  configuration,
  log,
  isFed,
}: LoadLearnerOptions): Promise<GatewayContents['learner']> {
  const { routing, decisions, authentication } = configuration;
  if (!routing.learning || decisions === undefined) return undefined;
  if (!(router instanceof Router)) {
    throw new DataError('`loadRouter` must return a Router of @embedllm/router.', {
      field: 'routing.learning',
    });
  }
  const learner = new Learner(router);
  if (isFed) return learner;
  const pool = new Set(router.models.map(({ name }) => name));
  const trusted = new Set(
    authentication.keys.filter(({ outcomes }) => outcomes === 'learn').map(({ name }) => name),
  );
  const isTrusted = ({ client }: AnswerOutcome): boolean =>
    authentication.keys.length === 0 || trusted.has(client ?? '');
  const past = await readOutcomes(decisions.file);
  const answers = past.flatMap((outcome) => {
    const { model, question } = outcome;
    const isLearnt = isTrusted(outcome) && pool.has(model) && question !== undefined;
    return isLearnt ? [{ model, question, outcome: outcome.outcome }] : [];
  });
  if (answers.length > 0) await learner.update(answers);
  const message = `The router learned from ${answers.length} of the ${past.length} outcomes in ${decisions.file}.`;
  log({ level: 'info', event: 'outcomes-learnt', message });
  return learner;
}

/** The outcomes at the end of a file of decisions, corrected ones as they were said last. */
async function readOutcomes(file: string): Promise<AnswerOutcome[]> {
  const answers = new KnownAnswers();
  const outcomes: AnswerOutcome[] = [];
  const places = new Map<string, number>();
  for (const line of await lastLines(file, TAIL_BYTES)) {
    const read = readDecision(line);
    if (read === undefined) continue;
    if ('outcome' in read) {
      const outcome = answers.judge({ ...read, isAdmin: true });
      if (!outcome || outcome.isRepeated) continue;
      const { id, client, source, isCorrection } = outcome;
      const saidBy = JSON.stringify([id, client, source]);
      const place = (isCorrection ? places.get(saidBy) : undefined) ?? outcomes.length;
      outcomes[place] = outcome;
      places.set(saidBy, place);
    } else answers.add(read, true);
  }
  return outcomes;
}
