import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';

interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: 0;
  readonly owned_by: string;
}

/** The names that the client may ask for, in the form of the OpenAI API. */
export function listModels({ state, account }: Pick<Exchange, 'state' | 'account'>): {
  readonly object: 'list';
  readonly data: readonly ListedModel[];
} {
  const { configuration, policies, router } = state;
  const { models = [...configuration.models.keys()], aliases = [...policies.keys()] } =
    account?.key ?? {};
  const routed = router ? aliases.map((id) => listed(id, 'embedllm')) : [];
  const named = models.map((name) => listed(name, configuration.models.get(name)?.upstream ?? ''));
  return { object: 'list', data: [...routed, ...named] };
}

/** Answers `GET /v1/models/{id}`; names may hold slashes, encoded or not. */
export function answerModel(exchange: Exchange): Response {
  const id = decode(new URL(exchange.raw.url).pathname.replace(/^.*?\/v1\/models\//, ''));
  const model = listModels(exchange).data.find((one) => one.id === id);
  if (model) return Response.json(model);
  throw new ApiError(404, `There is no model ${JSON.stringify(id)}. /v1/models lists them.`, {
    code: 'model_not_found',
    param: 'model',
  });
}

function listed(id: string, owner: string): ListedModel {
  return { id, object: 'model', created: 0, owned_by: owner };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
