import cluster from 'node:cluster';
import { dirname, resolve } from 'node:path';
import type { ReplicaStores } from '@embedllm/cluster/gateway';
import { fromPretrained } from '@embedllm/core/node';
import { type GatewayConfiguration, withModelSettings } from '@embedllm/gateway';
import { checkGateway, formatEvent, type GatewayEvent, serveGateway } from '@embedllm/gateway/node';
import { quantity } from '@embedllm/internals';
import { canEncodeInThread, encodeInThread } from '@embedllm/question-encoder/node';
import { type Policy, Router } from '@embedllm/router';
import { withPrices } from '../../inputs/price-list.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { warnOfTraining } from '../../inputs/warn-of-training.js';
import type { Context } from '../../program/context.js';
import { assertKnownModels, policyOf } from '../route/create-policy.js';
import { assertKnownFacts } from '../route/known-facts.js';
import { describeRouting } from './describe-routing.js';
import type { ServeOptions } from './options.js';

/** Serves the gateway of a configuration file until the signal. */
export async function serveRouter(
  context: Context,
  options: ServeOptions,
  file: string,
): Promise<void> {
  const path = context.path(file);
  const environment = context.io.env;
  const policy = servedPolicy(options);
  const named = policy && (options.policy ?? 'best-quality');
  let known: string[] | undefined;
  const loadRouter = async (configuration: GatewayConfiguration): Promise<Router> => {
    const read = await fromPretrained(artifactFolder(context, options, path, configuration));
    const described = withModelSettings(read.models, configuration);
    const artifact = { ...read, models: await withPrices(context, described, options) };
    // With server.workers, this program runs once more for each: the first one speaks for all.
    if (cluster.isPrimary) warnOfTraining(context, artifact);
    const encoder = await restoreArtifactEncoder(context, artifact.encoder, options);
    const router = Router.fromArtifact(artifact, {
      encoder: canEncodeInThread(encoder) ? encodeInThread(encoder) : encoder,
    });
    known = router.models.map(({ name }) => name);
    assertKnownModels(options, known);
    assertKnownFacts(context, options, router.models);
    return router;
  };
  if (options.check === true) {
    const { configuration, router } = await checkGateway({
      configuration: path,
      environment,
      loadRouter,
      routing: policy && { policy },
    });
    const served = [...configuration.models.keys()];
    const routed = served.filter((name) => router?.models.some((model) => model.name === name));
    context.result(
      { file: path, models: served, routed, upstreams: [...configuration.upstreams.keys()] },
      () =>
        [
          `${path}: ${quantity(served.length, 'model')} on ${quantity(configuration.upstreams.size, 'upstream')}, ${routed.length} of them routed.${onlyByName(served, routed)}`,
          ...describeRouting(configuration, { known, policy: named }),
        ].join('\n'),
    );
    return;
  }
  const shared = options.cluster === undefined ? undefined : await import('./shared-stores.js');
  const stores = await shared?.openSharedStores(context, options);
  // The processes of server.workers ask the first one, but learn themselves.
  const { limitStore, sessionStore, answerStore, lockoutStore, circuitStore } =
    (cluster.isPrimary && stores) || ({} as Partial<ReplicaStores>);
  let artifact = '';
  let served: GatewayConfiguration | undefined;
  const reloads =
    shared && stores && cluster.isPrimary
      ? new shared.SharedReloads(stores.notices, () => shared.servedVersion(path, artifact))
      : undefined;
  // Until the gateway is there, what it would read again is new anyway.
  let reload = (): void => undefined;
  const onReload = (): void => reload();
  process.on('SIGHUP', onReload);
  const gateway = await serveGateway({
    configuration: path,
    environment,
    loadRouter,
    routing: policy && { policy },
    ...{ limitStore, sessionStore, answerStore, lockoutStore, circuitStore },
    outcomeStream: stores?.outcomeStream,
    watch: (configuration) => {
      served = configuration;
      artifact = artifactFolder(context, options, path, configuration);
      return [artifact, ...(options.prices === undefined ? [] : [context.path(options.prices)])];
    },
    // The process that runs this program has its own handlers, which abort the signal.
    handleSignals: false,
    log: (event) => {
      report(context, event);
      if (event.event === 'reloaded') void reloads?.served();
    },
  });
  reload = () => void gateway.reload();
  await reloads?.served();
  const unfollow = reloads?.follow(
    () => gateway.reload(),
    () => context.warn('Another replica serves a different configuration or artifact.'),
  );
  const close = (): void => void gateway.close();
  context.signal.addEventListener('abort', close, { once: true });
  try {
    if (cluster.isPrimary) {
      const lines = served ? describeRouting(served, { known, policy: named }) : [];
      context.result({ url: gateway.url, port: gateway.port }, () =>
        [`Serving on ${gateway.url}`, ...lines].join('\n'),
      );
    }
    if (context.signal.aborted) close();
    await gateway.closed;
  } finally {
    process.off('SIGHUP', onReload);
    context.signal.removeEventListener('abort', close);
    unfollow?.();
    await stores?.close();
  }
}

/** The policy that options ask for; `undefined` leaves it to the file. */
function servedPolicy(options: ServeOptions): Policy | undefined {
  const { policy, lambda, floor, prefer, margin, allow, deny, maxCost, maxLatency } = options;
  const { capability, region, explore, whenUnfamiliar, unfamiliarBelow } = options;
  const given = [policy, lambda, floor, prefer, margin, allow, deny, maxCost, maxLatency];
  const isGiven = [...given, capability, region, explore, whenUnfamiliar, unfamiliarBelow].some(
    (value) => value !== undefined,
  );
  return isGiven ? policyOf({ ...options, policy: policy ?? 'best-quality', seed: 0 }) : undefined;
}

/** Models that the artifact does not know: often a slip in their name. */
function onlyByName(served: readonly string[], routed: readonly string[]): string {
  const others = served.filter((name) => !routed.includes(name));
  return others.length === 0
    ? ''
    : `\nNot in the artifact, and served only by name: ${others.join(', ')}.`;
}

/** Relative folders in the file start from its own folder, as everywhere in configurations. */
function artifactFolder(
  context: Context,
  { artifact }: ServeOptions,
  file: string,
  configuration: GatewayConfiguration,
): string {
  if (artifact !== undefined) return context.path(artifact);
  return resolve(dirname(file), configuration.artifact ?? 'artifact');
}

/** Lines for people on a terminal, and lines of JSON for whatever collects logs elsewhere. */
function report(context: Context, event: GatewayEvent): void {
  if (event.event === 'listening') return;
  if (context.io.stderr.isTTY !== true) {
    context.io.stderr.write(`${formatEvent(event)}\n`);
    return;
  }
  const { level, event: name, message, error } = event;
  const isSaid = !(error instanceof Error) || message.includes(error.message);
  const cause = isSaid ? '' : ` (${error.message})`;
  const line = `${new Date().toISOString()} ${name}: ${message}${cause}`;
  if (level === 'info') context.note(line);
  else context.warn(line);
}
