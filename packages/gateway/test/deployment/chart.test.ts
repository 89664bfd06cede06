import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseGatewayConfiguration } from '../../src/index.js';
import { CONFIGURATION, DEPLOY, KEYS, readYaml } from './deployment-files.js';
import { chartRenderer, type Manifest } from './render-chart.js';

const CHART = 'helm/embedllm-gateway';
const VOLUME = { artifact: { volume: { persistentVolumeClaim: { claimName: 'artifact' } } } };
const KINDS = {
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  PodDisruptionBudget,
  ConfigMap,
  Secret,
  Service,
  ServiceAccount,
} as const;

const render = chartRenderer();
const validateValues = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(`${DEPLOY}/${CHART}/values.schema.json`, 'utf8')),
);

function manifestsOf(values: object): readonly Manifest[] {
  const rendered = render?.(values);
  if (!rendered || 'refusal' in rendered) throw new Error(rendered?.refusal ?? 'no renderer');
  return rendered.manifests;
}

function refusalOf(values: object): string {
  const rendered = render?.(values);
  return rendered && 'refusal' in rendered ? rendered.refusal : 'none';
}

/** Checks an object by the schema of Kubernetes. */
function validated<K extends keyof typeof KINDS>(manifests: readonly Manifest[], kind: K) {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect(found, kind).toHaveLength(1);
  const { apiVersion: _, kind: __, ...fields } = found[0] as Manifest;
  const object = new KINDS[kind](fields as never) as InstanceType<(typeof KINDS)[K]>;
  object.validate();
  expect(object.apiVersion).toBe(found[0]?.apiVersion);
  return object;
}

function podOf(manifests: readonly Manifest[]) {
  const deployment = validated(manifests, 'Deployment');
  const pod = deployment.spec?.template.spec;
  const container = pod?.containers[0];
  if (!pod || !container) throw new Error('no pod');
  return { deployment, pod, container };
}

describe('the values of the chart', () => {
  const defaults = readYaml<Record<string, object>>(`${CHART}/values.yaml`);

  it('follow their schema', () => {
    validateValues(defaults);
    expect(validateValues.errors).toBeNull();
  });

  it.each([
    { replica: 3 },
    { replicas: 'two' },
    { autoscaling: { enabled: true, maxReplica: 5 } },
    { configuration: { ...defaults.configuration, server: { port: 80 } } },
    { configuration: { ...defaults.configuration, models: {} } },
    { service: { type: 'Cluster' } },
    { cluster: { redis: 'redis.data:6379' } },
  ])('are refused where something is misspelt or cannot be: %j', (wrong) => {
    expect(validateValues({ ...defaults, ...wrong })).toBe(false);
  });

  it('hold a configuration that the gateway takes', () => {
    const configuration = parseGatewayConfiguration(defaults.configuration, { environment: KEYS });
    expect(configuration.server.host).toBe('0.0.0.0');
  });
});

describe.skipIf(!render)('the chart', () => {
  it('makes valid objects of its defaults', () => {
    const manifests = manifestsOf(VOLUME);
    const kinds = manifests.map(({ kind }) => kind).sort();
    expect(kinds).toEqual([
      'ConfigMap',
      'Deployment',
      'PodDisruptionBudget',
      'Secret',
      'Service',
      'ServiceAccount',
    ]);
    for (const kind of kinds) validated(manifests, kind as keyof typeof KINDS);
    for (const { metadata } of manifests) {
      expect(metadata.name).toBe('release-embedllm-gateway');
      expect(metadata.labels?.['app.kubernetes.io/instance']).toBe('release');
    }
  });

  it('probes the paths and the port that the gateway serves', () => {
    const server = { host: '0.0.0.0', port: 9090, drainMs: 5000, shutdownTimeoutMs: 20_000 };
    const manifests = manifestsOf({ ...VOLUME, configuration: { server } });
    const { container } = podOf(manifests);
    expect(container.ports).toEqual([{ name: 'http', containerPort: 9090 }]);
    for (const [probe, path] of [
      [container.startupProbe, '/healthz'],
      [container.livenessProbe, '/healthz'],
      [container.readinessProbe, '/readyz'],
    ] as const) {
      expect(probe?.httpGet).toEqual({ path, port: 'http' });
    }
    const service = validated(manifests, 'Service');
    expect(service.spec?.ports?.[0]).toMatchObject({ port: 80, targetPort: 'http' });
  });

  it('mounts a configuration that the gateway takes, where the image looks for it', () => {
    const manifests = manifestsOf(VOLUME);
    const text = validated(manifests, 'ConfigMap').data?.['gateway.yaml'] ?? '';
    const { artifact, server } = parseGatewayConfiguration(parse(text), { environment: KEYS });
    const { pod, container } = podOf(manifests);
    const mounts = Object.fromEntries(
      (container.volumeMounts ?? []).map(({ name, mountPath }) => [name, mountPath]),
    );
    expect(mounts).toEqual({
      configuration: CONFIGURATION.replace('/gateway.yaml', ''),
      artifact,
    });
    expect(pod.volumes).toContainEqual({
      name: 'artifact',
      persistentVolumeClaim: { claimName: 'artifact' },
    });
    const seconds = pod.terminationGracePeriodSeconds ?? 0;
    expect(seconds * 1000).toBeGreaterThan(server.drainMs + server.shutdownTimeoutMs + 1000);
  });

  it('runs as the user of the image, who cannot write', () => {
    const dockerfile = readFileSync(`${DEPLOY}/Dockerfile`, 'utf8');
    const user = Number(/^USER (\d+)/m.exec(dockerfile)?.[1]);
    const { pod, container } = podOf(manifestsOf(VOLUME));
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: user });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it('takes keys from a secret of its own or from one that exists', () => {
    const own = manifestsOf({ ...VOLUME, secret: { values: { GATEWAY_KEY: 'k' } } });
    expect(validated(own, 'Secret').stringData).toEqual({ GATEWAY_KEY: 'k' });
    const others = manifestsOf({ ...VOLUME, secret: { existingSecret: 'keys' } });
    expect(others.map(({ kind }) => kind)).not.toContain('Secret');
    expect(podOf(others).container.envFrom).toEqual([{ secretRef: { name: 'keys' } }]);
  });

  it('leaves the number of replicas to the autoscaler', () => {
    const manifests = manifestsOf({ ...VOLUME, autoscaling: { enabled: true, maxReplicas: 7 } });
    expect(podOf(manifests).deployment.spec?.replicas).toBeUndefined();
    const { spec } = validated(manifests, 'HorizontalPodAutoscaler');
    expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 7 });
    expect(spec?.scaleTargetRef.name).toBe(podOf(manifests).deployment.metadata?.name);
  });

  it('lets in what clients need, and no page or metrics', () => {
    const ingress = { enabled: true, className: 'nginx', tlsSecret: 'certificate' };
    const { spec } = validated(manifestsOf({ ...VOLUME, ingress }), 'Ingress');
    expect(spec?.rules?.[0]?.http?.paths.map(({ path }) => path)).toEqual(['/v1/']);
    expect(spec?.tls).toEqual([{ hosts: ['gateway.example.com'], secretName: 'certificate' }]);
  });

  it('starts pods again when the configuration changes', () => {
    const checksum = (values: object) =>
      podOf(manifestsOf(values)).deployment.spec?.template.metadata?.annotations;
    const other = { ...VOLUME, configuration: { log: { requests: false } } };
    expect(checksum(other)).not.toEqual(checksum(VOLUME));
    expect(checksum(VOLUME)).toEqual(checksum({ ...VOLUME, replicas: 3 }));
  });

  it('shares the limits of keys through Redis where it is named', () => {
    const keys = [{ name: 'app', env: 'GATEWAY_KEY', limits: { requests: { minute: 1 } } }];
    const limited = { ...VOLUME, replicas: 3, configuration: { authentication: { keys } } };
    const named = podOf(manifestsOf({ ...limited, cluster: { redis: 'redis://redis:6379' } }));
    expect(named.container.args).toEqual([CONFIGURATION, '--cluster']);
    expect(named.container.env).toEqual([
      { name: 'EMBEDLLM_CLUSTER', value: 'redis://redis:6379' },
    ]);
    const cluster = { existingSecret: 'redis', secretKey: 'url', caSecret: 'redis-ca' };
    const { pod, container } = podOf(manifestsOf({ ...limited, cluster }));
    const ca = '/etc/embedllm-cluster/ca.crt';
    expect(container.args).toEqual([CONFIGURATION, '--cluster', '--cluster-ca', ca]);
    const valueFrom = { secretKeyRef: { name: 'redis', key: 'url' } };
    expect(container.env).toEqual([{ name: 'EMBEDLLM_CLUSTER', valueFrom }]);
    expect(container.volumeMounts).toContainEqual({
      name: 'cluster-ca',
      mountPath: '/etc/embedllm-cluster',
      readOnly: true,
    });
    expect(pod.volumes).toContainEqual({ name: 'cluster-ca', secret: { secretName: 'redis-ca' } });
    const alone = podOf(manifestsOf(VOLUME)).container;
    expect([alone.args, alone.env]).toEqual([undefined, undefined]);
  });

  it.each([
    ['no artifact', {}, 'artifact.volume'],
    ['an authority without Redis', { ...VOLUME, cluster: { caSecret: 'ca' } }, 'cluster.redis'],
    [
      'a ledger and a cluster',
      {
        ...VOLUME,
        replicas: 1,
        cluster: { redis: 'redis://redis:6379' },
        configuration: { limits: { ledger: '/data/limits.jsonl' } },
      },
      'configuration.limits.ledger',
    ],
    [
      'a ledger and several replicas',
      { ...VOLUME, configuration: { limits: { ledger: '/data/limits.jsonl' } } },
      'configuration.limits.ledger',
    ],
    [
      'limits of keys and several replicas',
      {
        ...VOLUME,
        configuration: {
          authentication: {
            keys: [{ name: 'app', env: 'GATEWAY_KEY', limits: { requests: { minute: 1 } } }],
          },
        },
      },
      'limitsPerReplica',
    ],
    [
      'less time to stop than the gateway takes',
      { ...VOLUME, terminationGracePeriodSeconds: 30 },
      'terminationGracePeriodSeconds must be at least 42',
    ],
  ])('refuses %s', (_, values, field) => {
    expect(refusalOf(values)).toContain(field);
  });

  it('takes limits of keys with one replica, or where each replica is meant to keep its own', () => {
    const keys = [{ name: 'app', env: 'GATEWAY_KEY', limits: { requests: { minute: 1 } } }];
    const limited = { ...VOLUME, configuration: { authentication: { keys } } };
    expect(refusalOf({ ...limited, replicas: 1 })).toBe('none');
    expect(refusalOf({ ...limited, limitsPerReplica: true })).toBe('none');
  });
});
