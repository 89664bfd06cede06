import { estimateTokens } from '../costs/estimate-tokens.js';
import { findUsage } from '../costs/token-usage.js';
import { joinBytes } from '../http/join-bytes.js';
import { parseObject } from '../http/json-object.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { readBytes } from './read-bytes.js';
import type { UpstreamCall } from './upstream-call.js';
import { UpstreamFailure } from './upstream-failure.js';

/** Most that is read of a body that nobody wants. */
const MAX_DISCARDED_BYTES = 65_536;
/** Longer answers are judged by their ends: parsing them would hold up everyone else. */
const MAX_PARSED_BYTES = 524_288;
const END_BYTES = 8192;
/** Shorter ones take some tenths of a millisecond to parse. */
const SHORT_BYTES = 32_768;
const DECODER = new TextDecoder();

/**
 * Reads a whole answer before any of it is passed on, so that half an answer never is.
 *
 * @throws UpstreamFailure `broken` when it is not an answer, or too long.
 */
export async function readAnswer(
  response: GatewayFetchResponse,
  call: UpstreamCall,
): Promise<Uint8Array<ArrayBuffer> | readonly Uint8Array[]> {
  const { responseBytes, deadline } = call;
  const { turns } = call.exchange;
  const { pieces, length, isWhole } = await readBytes(response, responseBytes, deadline);
  if (!isWhole) {
    noteOutput(call, length);
    // What was asked for made it so long, so that neither repeating it nor blaming anyone helps.
    throw new UpstreamFailure(
      'broken',
      `The upstream answered with more than ${responseBytes} bytes (limits.responseBytes).`,
    );
  }
  if (length > MAX_PARSED_BYTES) {
    checkProblem(problemAtEnds(pieces, call));
    noteOutput(call, length);
    return pieces;
  }
  const bytes = joinBytes(pieces);
  const judge = (): string | undefined => problemOf(bytes, call);
  checkProblem(length > SHORT_BYTES ? await turns.take(judge) : judge());
  noteOutput(call, length);
  return bytes;
}

/** @throws UpstreamFailure `broken` where there is one. */
function checkProblem(problem: string | undefined): void {
  if (problem === undefined) return;
  throw new UpstreamFailure('broken', `The upstream answered with ${problem}.`, {
    canRetry: true,
    isOutage: true,
  });
}

/** Numbers of an embedding are not tokens. */
function noteOutput({ meter, request }: UpstreamCall, bytes: number): void {
  if (request.protocol.operation !== 'embeddings') meter.noteOutput(estimateTokens(bytes));
}

/**
 * Reads a short body that nobody wants, so that its connection can be used again; with a long one
 * the connection is given up.
 */
export async function discardBody(response: GatewayFetchResponse): Promise<void> {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (response.body && length <= MAX_DISCARDED_BYTES) {
    await readBytes(response, MAX_DISCARDED_BYTES);
  }
}

/** Why this is not an answer: one has results, whatever else says that all went well. */
function problemOf(bytes: Uint8Array, { meter, facts, request }: UpstreamCall): string | undefined {
  const answer = parseObject(bytes);
  if (!answer) return 'something other than a JSON object';
  if (answer.error !== undefined && answer.error !== null) return 'an error with a success status';
  const { protocol } = request;
  meter.noteUsage(protocol.readUsage(answer.usage));
  protocol.noteFacts(facts, answer);
  return protocol.problemOf(answer);
}

/** The same of a long one, by its first and last bytes. */
function problemAtEnds(
  pieces: readonly Uint8Array[],
  { meter, request }: UpstreamCall,
): string | undefined {
  const first = pieces.map((piece) => piece.subarray(0, END_BYTES));
  const last = pieces.map((piece) => piece.subarray(-END_BYTES)).reverse();
  const beginning = DECODER.decode(joinBytes(beginningOf(first)));
  const end = DECODER.decode(joinBytes(beginningOf(last).reverse()));
  const { protocol } = request;
  const { readUsage } = protocol;
  meter.noteUsage(findUsage(end, readUsage) ?? findUsage(beginning, readUsage));
  if (!/^\s*\{/.test(beginning) || !/\}\s*$/.test(end)) return 'something other than a JSON object';
  return protocol.mark.test(beginning + end) ? undefined : `no ${protocol.noun}`;
}

/** As many pieces as have all the bytes that are looked at. */
function beginningOf(pieces: readonly Uint8Array[]): Uint8Array[] {
  let length = 0;
  return pieces.filter((piece) => {
    const isWithin = length < END_BYTES;
    length += piece.length;
    return isWithin;
  });
}
