import { answerAsked, beginAnswer } from './answer-asked.js';
import type { Exchange } from './exchange.js';
import type { ModelRequest } from './http/model-request.js';
import { type JsonBody, readJsonBody } from './http/read-body.js';
import { readCompletionRequest, readEmbeddingRequest } from './http/text-request.js';

/** Answers `POST /v1/completions`. */
export async function answerCompletion(exchange: Exchange): Promise<Response> {
  return await passOn(exchange, readCompletionRequest);
}

/** Answers `POST /v1/embeddings`. */
export async function answerEmbedding(exchange: Exchange): Promise<Response> {
  return await passOn(exchange, readEmbeddingRequest);
}

/** Asks the model that the request names; what continues or compares texts cannot be routed. */
async function passOn(
  exchange: Exchange,
  read: (body: JsonBody) => ModelRequest,
): Promise<Response> {
  const request = read(await readJsonBody(exchange, exchange.state.configuration.limits));
  return await answerAsked(exchange, request, () =>
    beginAnswer(exchange, request, [request.model]),
  );
}
