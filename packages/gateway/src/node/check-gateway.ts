import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { checkObject, reasonOf } from '@embedllm/internals';
import type { Policy, Router } from '@embedllm/router';
import { createPolicy } from '@embedllm/router/settings';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import { buildState, type GatewayState } from '../gateway-state.js';
import { MemoryAnswerStore } from '../idempotency/memory-answer-store.js';
import { loadProviderPackage } from '../provider/load-provider.js';
import { MemorySessionStore } from '../session/memory-session-store.js';
import { withFile } from './in-file.js';
import { readGatewayConfiguration } from './read-configuration.js';
import type { ServeGatewayOptions } from './serve-options.js';
import { TracingOfConfiguration } from './tracing-of-configuration.js';

/** Options of `checkGateway`: those of `serveGateway` that matter before it listens. */
export type CheckGatewayOptions = Pick<
  ServeGatewayOptions,
  'configuration' | 'environment' | 'loadRouter' | 'routing' | 'openTelemetry'
>;

/** What `checkGateway` found to be right. */
export interface CheckedGateway {
  readonly configuration: GatewayConfiguration;
  /** What `loadRouter` made. */
  readonly router: Pick<Router, 'models' | 'route'> | undefined;
}

/** The question by which policies are tried: short, so that no budget is too small for it. */
const QUESTION = 'What is 17 + 25?';

/**
 * Looks for everything that would keep a gateway from serving, without listening or calling an
 * upstream or an encoder: mistakes in the configuration, an artifact that does not fit it, policies that leave no
 * model, limits that cannot be kept, packages that are missing, and files that cannot be written.
 * Node only.
 *
 * @throws EmbedLLMError of the only problem, or one that lists all; otherwise as `serveGateway`.
 */
export async function checkGateway(options: CheckGatewayOptions): Promise<CheckedGateway> {
  const { environment = process.env, openTelemetry } = checkObject('options', options);
  const configuration = await readGatewayConfiguration(options.configuration, { environment });
  const problems: unknown[] = [];
  const attempt = async <T>(check: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await check();
    } catch (error) {
      problems.push(error);
      return undefined;
    }
  };
  for (const upstream of configuration.upstreams.values()) {
    await attempt(() => loadProviderPackage(upstream));
  }
  const router = await attempt(() => options.loadRouter?.(configuration));
  const isRouted = router !== undefined || options.loadRouter === undefined;
  if (isRouted) {
    const state = await attempt(() => stateOf(configuration, router));
    if (state && router) {
      for (const check of policyChecks(state, router, options.routing?.policy))
        await attempt(check);
    }
  }
  const tracing = new TracingOfConfiguration({ environment, log: () => undefined, openTelemetry });
  await attempt(async () => await tracing.abandon(await tracing.prepare(configuration)));
  const { limits, decisions } = configuration;
  await attempt(() => checkWritable('limits.ledger', limits.ledger));
  await attempt(() => checkWritable('decisions.file', decisions?.file));
  if (problems.length > 0) throw inOne(problems, options.configuration);
  return { configuration, router };
}

/** What `createGateway` would refuse. */
function stateOf(
  configuration: GatewayConfiguration,
  router: Pick<Router, 'models' | 'route'> | undefined,
): GatewayState {
  const refuse = (): never => {
    throw new EmbedLLMError('Nothing is called during a check.', { code: 'environment' });
  };
  return buildState(
    { configuration, router },
    {
      answers: new MemoryAnswerStore(),
      sessions: new MemorySessionStore(),
      transport: () => refuse,
      now: () => 0,
      onCircuitChange: () => undefined,
      tell: () => undefined,
    },
  );
}

/** Routes a question by each policy. */
function policyChecks(
  { configuration, routable }: GatewayState,
  router: Pick<Router, 'models' | 'route'>,
  ofProgram: Policy | undefined,
): (() => Promise<void>)[] {
  const { routing, authentication } = configuration;
  const policies: [string, Policy | undefined, readonly string[]][] = [
    ['routing.policy', ofProgram ?? (routing.policy && createPolicy(routing.policy)), routable],
    ...[...routing.aliases].map(([name, policy]): [string, Policy, readonly string[]] => [
      `routing.aliases.${name}`,
      createPolicy(policy),
      routable,
    ]),
  ];
  for (const [index, { models, aliases = [], policy }] of authentication.keys.entries()) {
    const reached = routable.filter((name) => models?.includes(name) !== false);
    if (reached.length === 0) continue;
    const field = `authentication.keys[${index}]`;
    if (policy) policies.push([`${field}.policy`, createPolicy(policy), reached]);
    for (const name of models ? aliases : []) {
      const ofAlias = routing.aliases.get(name);
      if (ofAlias) policies.push([`${field}.aliases`, createPolicy(ofAlias), reached]);
    }
  }
  return policies.map(([field, policy, models]) => async () => {
    try {
      await router.route(questionFor(router), { policy, models });
    } catch (error) {
      if (!(error instanceof EmbedLLMError)) throw error;
      throw new DataError(error.message, { field, code: error.code, cause: error });
    }
  });
}

/** A question for a router: an embedding where it says of which length, so that no encoder is asked. */
function questionFor(router: object): string | Float32Array {
  const dimensions: unknown = Reflect.get(router, 'questionDimensions');
  return typeof dimensions === 'number' ? new Float32Array(dimensions) : QUESTION;
}

async function checkWritable(field: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    const entry = await stat(path).catch(() => undefined);
    if (entry && !entry.isFile()) throw new Error('it is not a file');
    await access(entry ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw new DataError(`The file ${path} cannot be written (${reasonOf(cause)}).`, {
      field,
      code: 'io',
      cause,
    });
  }
}

/** All problems in one error, each on a line of its own. */
function inOne(problems: readonly unknown[], file: string): unknown {
  const [first] = problems;
  if (problems.length === 1) return withFile(file, first);
  const lines = problems.map((one) => `- ${one instanceof Error ? one.message : String(one)}`);
  return new DataError(`Has ${problems.length} problems:\n${lines.join('\n')}`, { file });
}
