import type { ConfigurationFields } from './configuration-fields.js';
import { readHeaders } from './read-headers.js';
import type { SecretSources } from './read-secret.js';
import type { TelemetryConfiguration } from './telemetry-configuration.js';

const REFUSED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

/** Reads where spans go; `undefined` leaves it to the environment. */
export function readTelemetry(
  root: ConfigurationFields,
  sources: SecretSources,
): TelemetryConfiguration | undefined {
  if (!root.has('telemetry')) return undefined;
  const fields = root
    .fields('telemetry')
    .allow(['enabled', 'endpoint', 'headers', 'sampleRatio', 'serviceName']);
  return {
    enabled: fields.flag('enabled', true),
    endpoint: readEndpoint(fields),
    headers: readHeaders(fields.fields('headers'), sources, {
      refused: REFUSED,
      advice: 'The exporter sets it itself.',
    }),
    serviceName: fields.optionalText('serviceName'),
    sampleRatio: fields.has('sampleRatio')
      ? fields.number('sampleRatio', { default: 1, min: 0, max: 1, integer: false })
      : undefined,
  };
}

function readEndpoint(fields: ConfigurationFields): string | undefined {
  const text = fields.optionalText('endpoint');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    fields.fail('endpoint', 'Must be a URL such as http://localhost:4318.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    fields.fail('endpoint', 'Must have no user, password, query or fragment. Use `headers`.');
  }
  return url.href.replace(/(?:\/v1\/traces)?\/*$/, '');
}
