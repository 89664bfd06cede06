import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';
import type { ModelRequest } from './http/model-request.js';
import { OPERATIONS, type Operation } from './operation.js';

interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: 0;
  readonly owned_by: string;
}

type Listing = Pick<Exchange, 'state' | 'account'>;

/** Names that a message lists; whoever wants all asks for them. */
const MOST_LISTED = 20;

/** The names that the client may ask for, in the form of the OpenAI API. */
export function listModels(exchange: Listing): {
  readonly object: 'list';
  readonly data: readonly ListedModel[];
} {
  const { models } = exchange.state.configuration;
  const data = askable(exchange).map(
    (id): ListedModel => ({
      id,
      object: 'model',
      created: 0,
      owned_by: models.get(id)?.upstream ?? 'embedllm',
    }),
  );
  return { object: 'list', data };
}

/** Answers `GET /v1/models/{id}`; names may hold slashes, encoded or not. */
export function answerModel(exchange: Exchange): Response {
  const id = decode(new URL(exchange.raw.url).pathname.replace(/^.*?\/v1\/models\//, ''));
  const model = listModels(exchange).data.find((one) => one.id === id);
  if (model) return Response.json(model);
  throw unknownModel(exchange, id);
}

/**
 * Refuses what nothing is served for.
 *
 * @throws ApiError 404 where there is no such model, 400 where it does not take the operation.
 */
export function checkAsked(exchange: Listing, { operation, model }: ModelRequest): void {
  const { configuration, policies } = exchange.state;
  const { noun } = OPERATIONS[operation];
  const known = configuration.models.get(model);
  if (policies.has(model) ? operation === 'chat' : known && takes(known, operation)) return;
  if (!known && !policies.has(model)) throw unknownModel(exchange, model, operation);
  const why = known
    ? `${model} does not take ${noun} (models.${model}.operations).`
    : `${model} routes chat completions. For ${noun}, name a model.`;
  throw new ApiError(400, `${why} ${available(exchange, operation)}`, {
    code: 'unsupported_operation',
    param: 'model',
  });
}

function takes(
  { operations }: { readonly operations: readonly Operation[] },
  operation: Operation,
): boolean {
  return operations.includes(operation);
}

function unknownModel(exchange: Listing, name: string, operation?: Operation): ApiError {
  const shown = JSON.stringify(name.slice(0, 200));
  return new ApiError(404, `There is no model ${shown}. ${available(exchange, operation)}`, {
    code: 'model_not_found',
    param: 'model',
  });
}

function available(exchange: Listing, operation?: Operation): string {
  const { models } = exchange.state.configuration;
  const names = askable(exchange).filter((name) => {
    const known = models.get(name);
    if (operation === undefined) return true;
    return known ? takes(known, operation) : operation === 'chat';
  });
  if (names.length === 0) return 'There is none that the key may ask for this.';
  const left = names.length - MOST_LISTED;
  const more = left > 0 ? `, and ${left} more (see /v1/models)` : '';
  return `Available: ${names.slice(0, MOST_LISTED).join(', ')}${more}.`;
}

/** Routed names first. */
function askable({ state, account }: Listing): string[] {
  const { configuration, policies, router } = state;
  const { models = [...configuration.models.keys()], aliases = [...policies.keys()] } =
    account?.key ?? {};
  return router ? [...aliases, ...models] : [...models];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
