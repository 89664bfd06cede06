import type { ConstraintSettings } from '@embedllm/router/settings';
import { NARROWING_HEADERS, NARROWINGS, type Narrowing } from '../configuration/narrowing.js';
import { SESSION_HEADER } from '../session/session-identity.js';
import { ApiError } from './api-error.js';
import type { RequestHeaders } from './request-headers.js';
import { suggestModel } from './suggest-model.js';

/** What a request may narrow, and by what. */
export interface NarrowingTerms {
  readonly allowed: readonly Narrowing[];
  /** The name of the key that says so. */
  readonly client: string | undefined;
  /** Models that may be named. */
  readonly models: readonly string[];
  /** Whether the request is routed at all. */
  readonly isRouted: boolean;
}

const PREFIX = 'x-embedllm-';

/**
 * The constraints that a request's headers put upon its routing: lists are separated by commas,
 * names percent-encoded where they are not plain.
 *
 * @returns `undefined` where it has none.
 * @throws ApiError 400 for an unknown `x-embedllm-*` header, a wrong value, or a request that names
 * its model; 403 where the key does not allow it.
 */
export function readNarrowingHeaders(
  headers: RequestHeaders,
  { allowed, client, models, isRouted }: NarrowingTerms,
): ConstraintSettings | undefined {
  const given = narrowingHeaders(headers);
  if (given.length === 0) return undefined;
  const fields = new Map(given.map(([header, value]) => [fieldOf(header), value]));
  for (const field of fields.keys()) {
    const header = NARROWING_HEADERS[field];
    if (!isRouted) {
      throw wrong(header, 'narrows routing, but the request names its model');
    }
    if (!allowed.includes(field)) {
      throw new ApiError(
        403,
        `\`${header}\` cannot be sent with the key ${client ?? ''} (its \`narrowing\`).`,
        { code: 'narrowing_not_allowed', type: 'permission_error', param: header },
      );
    }
  }
  const names = (field: 'allow' | 'deny'): string[] | undefined => {
    const list = listOf(field, fields.get(field));
    const unknown = list?.find((name) => !models.includes(name));
    if (unknown === undefined) return list;
    const known = models.slice(0, 20).join(', ');
    throw wrong(
      NARROWING_HEADERS[field],
      `names ${JSON.stringify(unknown)}, which the key may not use.${suggestModel(unknown, models)} Available: ${known}`,
    );
  };
  return {
    allow: names('allow'),
    deny: names('deny'),
    maxCostUsd: numberOf('maxCostUsd', fields.get('maxCostUsd')),
    maxLatencyMs: numberOf('maxLatencyMs', fields.get('maxLatencyMs')),
    capabilities: listOf('capabilities', fields.get('capabilities')),
    region: listOf('region', fields.get('region'))?.join(','),
  };
}

/** The headers by which a request narrows its routing, in the order of their names. */
export function narrowingHeaders(headers: RequestHeaders): [string, string][] {
  const given: [string, string][] = [];
  for (const name of headers.names) {
    if (name.startsWith(PREFIX) && name !== SESSION_HEADER)
      given.push([name, headers.get(name) ?? '']);
  }
  return given.sort(([one], [other]) => (one < other ? -1 : 1));
}

function fieldOf(header: string): Narrowing {
  const field = NARROWINGS.find((one) => NARROWING_HEADERS[one] === header);
  if (field) return field;
  throw wrong(header, `is unknown. Available: ${Object.values(NARROWING_HEADERS).join(', ')}`);
}

function listOf(field: Narrowing, value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const list = value.split(',').map((text) => decode(text.trim()));
  if (list.every((text) => text !== '')) return list;
  throw wrong(NARROWING_HEADERS[field], 'must be a comma-separated list');
}

function numberOf(field: Narrowing, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value) && Number.isFinite(Number(value))) return Number(value);
  throw wrong(NARROWING_HEADERS[field], 'must be a number of at least 0, such as 0.25');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function wrong(param: string, problem: string): ApiError {
  return new ApiError(400, `\`${param}\` ${problem}.`, { param });
}
