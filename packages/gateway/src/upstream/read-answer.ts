import type { CallMeter } from '../costs/call-meter.js';
import { estimateTokens } from '../costs/estimate-tokens.js';
import { findUsage, readUsage } from '../costs/token-usage.js';
import { parseObject } from '../http/json-object.js';
import { noteFacts } from './answer-facts.js';
import type { GatewayFetchResponse } from './gateway-fetch.js';
import { readBytes } from './read-bytes.js';
import type { UpstreamCall } from './upstream-call.js';
import { UpstreamFailure } from './upstream-failure.js';

/** Most that is read of a body that nobody wants. */
const MAX_DISCARDED_BYTES = 65_536;
/** Longer answers are judged by their ends: parsing them would hold up everyone else. */
const MAX_PARSED_BYTES = 524_288;
const END_BYTES = 8192;

/**
 * Reads a whole answer before any of it is passed on, so that half an answer never is.
 *
 * @throws UpstreamFailure `broken` when it is not an answer, or too long.
 */
export async function readAnswer(
  response: GatewayFetchResponse,
  { deadline, responseBytes, meter, facts }: UpstreamCall,
): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, isWhole } = await readBytes(response, responseBytes, deadline);
  if (!isWhole) {
    meter.noteOutput(estimateTokens(bytes.length));
    // What was asked for made it so long, so that neither repeating it nor blaming anyone helps.
    throw new UpstreamFailure(
      'broken',
      `The upstream answered with more than ${responseBytes} bytes (limits.responseBytes).`,
    );
  }
  const problem =
    bytes.length > MAX_PARSED_BYTES
      ? problemAtEnds(bytes, meter)
      : problemOf(bytes, { meter, facts });
  if (problem !== undefined) {
    throw new UpstreamFailure('broken', `The upstream answered with ${problem}.`, {
      canRetry: true,
      isOutage: true,
    });
  }
  meter.noteOutput(estimateTokens(bytes.length));
  return bytes;
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

/** Why this is not an answer: an answer has choices, whatever else says that all went well. */
function problemOf(
  bytes: Uint8Array,
  { meter, facts }: Pick<UpstreamCall, 'meter' | 'facts'>,
): string | undefined {
  const answer = parseObject(new TextDecoder().decode(bytes));
  if (!answer) return 'something other than a JSON object';
  if (answer.error !== undefined && answer.error !== null) return 'an error with a good status';
  meter.noteUsage(readUsage(answer.usage));
  if (!Array.isArray(answer.choices) || answer.choices.length === 0) return 'no choices';
  noteFacts(facts, answer);
  return undefined;
}

function problemAtEnds(bytes: Uint8Array, meter: CallMeter): string | undefined {
  const decoder = new TextDecoder();
  const beginning = decoder.decode(bytes.subarray(0, END_BYTES));
  const end = decoder.decode(bytes.subarray(-END_BYTES));
  meter.noteUsage(findUsage(end) ?? findUsage(beginning));
  if (!/^\s*\{/.test(beginning) || !/\}\s*$/.test(end)) return 'something other than a JSON object';
  return /"choices"\s*:\s*\[\s*\{/.test(beginning + end) ? undefined : 'no choices';
}
