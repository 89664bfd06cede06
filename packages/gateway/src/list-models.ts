import { missingModels } from './configuration/missing-models.js';
import type { ModelConfiguration } from './configuration/model-configuration.js';
import { modelsOf } from './configuration/read-cascades.js';
import type { Exchange } from './exchange.js';
import type { GatewayState } from './gateway-state.js';
import { ApiError } from './http/api-error.js';
import type { ModelRequest } from './http/model-request.js';
import { suggestModel } from './http/suggest-model.js';
import { TOKEN_COUNT } from './protocol/messages.js';
import type { Protocol } from './protocol/protocol.js';

/** A model in the form of the OpenAI API, or of Anthropic's. */
type ListedModel =
  | {
      readonly id: string;
      readonly object: 'model';
      readonly created: 0;
      readonly owned_by: string;
    }
  | {
      readonly id: string;
      readonly type: 'model';
      readonly display_name: string;
      readonly created_at: string;
    };

type Listing = Pick<Exchange, 'state' | 'account'>;

/** Names that a message lists; whoever wants all asks for them. */
const MOST_LISTED = 20;

/** Answers `GET /v1/models`: the names that the client may ask for, in the form of its protocol. */
export function answerModels(exchange: Exchange): Response {
  const data = askable(exchange).map((id) => listed(exchange, id));
  if (!isAnthropic(exchange)) return Response.json({ object: 'list', data });
  // All of them, whatever `limit` says: nothing is left for another page.
  const isFirst = !new URL(exchange.raw.url).searchParams.has('after_id');
  const page = isFirst ? data : [];
  const [first_id = null, last_id = null] = [page[0]?.id, page.at(-1)?.id];
  return Response.json({ data: page, has_more: false, first_id, last_id });
}

/** Answers `GET /v1/models/{id}`; names may hold slashes, encoded or not. */
export function answerModel(exchange: Exchange): Response {
  const id = decode(new URL(exchange.raw.url).pathname.replace(/^.*?\/v1\/models\//, ''));
  if (askable(exchange).includes(id)) return Response.json(listed(exchange, id));
  throw unknownModel(exchange, id);
}

function listed(exchange: Exchange, id: string): ListedModel {
  if (isAnthropic(exchange)) {
    return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' };
  }
  const { models } = exchange.state.configuration;
  const owned_by = models.get(id)?.upstream ?? 'embedllm';
  return { id, object: 'model', created: 0, owned_by };
}

/** Clients of Anthropic's protocol say which version of it they speak. */
function isAnthropic({ headers }: Exchange): boolean {
  return headers.get('anthropic-version') !== null;
}

/**
 * Refuses what nothing is served for.
 *
 * @throws ApiError 404 where there is no such model, 400 where it does not take the operation.
 */
export function checkAsked(exchange: Listing, { protocol, model }: ModelRequest): void {
  const { configuration, policies, routable } = exchange.state;
  const asked = configuration.routing.cascades.get(model);
  const path = `/v1${protocol.path}`;
  const known = configuration.models.get(model);
  const takes = (name: string): boolean => canTake(exchange.state, name, protocol);
  const others = asked ? modelsOf(asked).filter((name) => !takes(name)) : [];
  // Any of them can count tokens for all.
  const isCounted = protocol === TOKEN_COUNT && others.length <= (asked?.ask.length ?? 0);
  if (asked && (others.length === 0 || isCounted)) return;
  const isRouted = policies.has(model) && protocol.operation === 'chat';
  if (isRouted ? !exchange.state.router || routable.some(takes) : known && takes(model)) return;
  if (!known && !isAlias(exchange.state, model)) throw unknownModel(exchange, model, protocol);
  const setting = !known?.operations.includes(protocol.operation)
    ? `models.${model}.operations`
    : !takesThinking(known, protocol)
      ? `models.${model}.thinkingTokens`
      : `upstreams.${known.upstream}.protocols and translate`;
  const why = asked
    ? `${model} asks ${others[0]}, which is not served on ${path}.`
    : known
      ? `${model} is not served on ${path} (see ${setting}).`
      : isRouted
        ? `No model that ${model} routes to is served on ${path}. List its protocol in upstreams.*.protocols, or set upstreams.*.translate.`
        : `${model} routes chats. On ${path}, name a model.`;
  throw new ApiError(400, `${why}${available(exchange, { protocol })}`, {
    code: 'unsupported_operation',
    param: 'model',
  });
}

/** Whether a name is one of those that the gateway routes. */
export function isAlias({ policies, configuration }: GatewayState, name: string): boolean {
  return policies.has(name) || configuration.routing.cascades.has(name);
}

/** Whether a configured model takes requests of a protocol; those that are bound to it, as they are. */
export function canTake(
  { configuration, upstreams }: GatewayState,
  name: string,
  protocol: Protocol,
  isBound = false,
): boolean {
  const model = configuration.models.get(name);
  if (!model?.operations.includes(protocol.operation)) return false;
  if (!takesThinking(model, protocol)) return false;
  const upstream = upstreams.get(model.upstream);
  return (isBound ? upstream?.speaks(protocol) : upstream?.takes(protocol)) === true;
}

/** A budget of thinking can be said in Messages alone. */
function takesThinking(
  { thinkingTokens }: ModelConfiguration,
  { operation, spoken }: Protocol,
): boolean {
  return thinkingTokens === undefined || operation !== 'chat' || spoken === 'messages';
}

function unknownModel(exchange: Listing, name: string, protocol?: Protocol): ApiError {
  const shown = JSON.stringify(name.slice(0, 200));
  return new ApiError(
    404,
    `Unknown model ${shown}.${available(exchange, { protocol, wanted: name })}`,
    {
      code: 'model_not_found',
      param: 'model',
    },
  );
}

/** The names that may be asked for, after one that is like a wanted one; a space before. */
function available(
  exchange: Listing,
  { protocol, wanted = '' }: { protocol: Protocol | undefined; wanted?: string },
): string {
  const { models } = exchange.state.configuration;
  const names = askable(exchange).filter((name) => {
    if (protocol === undefined) return true;
    if (models.has(name)) return canTake(exchange.state, name, protocol);
    if (protocol.operation !== 'chat') return false;
    const cascade = exchange.state.configuration.routing.cascades.get(name);
    if (cascade) return modelsOf(cascade).every((one) => canTake(exchange.state, one, protocol));
    return exchange.state.routable.some((one) => canTake(exchange.state, one, protocol));
  });
  if (names.length === 0) return ' The key may not use any model there.';
  const left = names.length - MOST_LISTED;
  const more = left > 0 ? `, and ${left} more (see /v1/models)` : '';
  return `${suggestModel(wanted, names)} Available: ${names.slice(0, MOST_LISTED).join(', ')}${more}.`;
}

/** Routed names first, without those whose models the key may not use. */
function askable({ state, account }: Listing): string[] {
  const { configuration, policies, router, routable } = state;
  const { routing, models } = configuration;
  const { models: allowed, aliases } = account?.key ?? {};
  const named = [...(router ? policies.keys() : []), ...routing.cascades.keys()].filter(
    (name) =>
      aliases?.includes(name) !== false &&
      missingModels(name, allowed, { routing, routable }).length === 0,
  );
  return [...named, ...(allowed ?? models.keys())];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
