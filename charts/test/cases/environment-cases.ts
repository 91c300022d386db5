import { casesOf, type Row, type ValueCase } from './value-case.ts';

/** `maxHeapPercent` → `MAX_HEAP_PERCENT`. */
export const variableOf = (name: string): string => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase();

const plain = (group: string, prefix: string, values: Readonly<Record<string, unknown>>): readonly Row[] =>
  Object.entries(values).map(([name, value]) => [
    `${group}.${name}`,
    value,
    `${prefix}${variableOf(name)}`,
    Array.isArray(value) ? value.join(',') : String(value),
  ]);

const sentinel = { redis: { mode: 'sentinel', host: '', sentinel: { nodes: ['a:1', 'b:2'], masterName: 'mymaster' } } };
const cluster = { redis: { mode: 'cluster', host: '', cluster: { nodes: ['a:1'] } } };
const tracing = { tracing: { enabled: true, endpoint: 'http://collector:4318' } };
const environment = { object: 'ConfigMap/gw-scim-gateway', at: 'data' };

/** Values that become environment variables of the gateway. */
export const environmentCases: readonly ValueCase[] = [
  ...casesOf(
    environment,
    plain('config', '', {
      host: '::',
      publicUrl: 'https://scim.example.com',
      trustedProxies: ['10.0.0.0/8', '::1'],
      maxConnections: 10,
      maxRequestsInFlight: 100,
      maxEventLoopDelayMs: 200,
      maxHeapPercent: 80,
      bodyLimitBytes: 33_554_432,
      requestDeadlineMs: 20_000,
      acceptCollateBotToken: true,
      collateBotNames: ['a', 'b'],
      cacheTtlMs: 86_400_000,
      cacheNegativeTtlMs: 0,
      rememberedAttributes: ['externalId', 'title'],
      userDelete: 'hard',
      emailChange: 'refuse',
      nameRule: 'userName',
      adoptOnPost: false,
      recycledAccount: 'restore',
      reviveForeign: true,
      trustedBots: ['ingestion-bot'],
      protectedUsers: ['admin', 'ada@example.com'],
      groupAdoption: 'subtree:Identity',
      typeConflict: 'refuse',
      readOnly: true,
      pageDefault: 50,
      pageMax: 10_000,
      filterLimits: '1000,10,100',
      scanLimit: 10_000_000,
      logLevel: 'debug',
      drainDelayMs: 15_000,
      shutdownGraceMs: 25_000,
    }),
  ),
  ...casesOf(
    environment,
    plain('collate', 'COLLATE_', {
      connectTimeoutMs: 1_000,
      readTimeoutMs: 2_000,
      writeTimeoutMs: 3_000_000,
      concurrency: 64,
      minConcurrency: 8,
      queue: 1_000_000,
    }),
  ),
  ...casesOf(environment, [
    ['collate.hostAndPort', 'https://collate.example.com', 'COLLATE_URL'],
    ['clusterDomain', 'example.internal', 'COLLATE_URL', 'http://collate.identity.svc.example.internal:8585'],
    ['containerPorts.http', 8081, 'PORT', '8081'],
    ['containerPorts.management', 9091, 'MANAGEMENT_PORT', '9091'],
    ['service.ports.http', 80, 'PUBLIC_URL', 'http://gw-scim-gateway.identity.svc.cluster.local:80'],
    ['nodeHeapPercent', 50, 'NODE_OPTIONS', '--max-old-space-size=256'],
    ['nodeHeapPercent', 0, 'NODE_OPTIONS', undefined],
    ['resources.limits.memory', '1Gi', 'NODE_OPTIONS', '--max-old-space-size=768'],
    ['resources.limits.memory', '1.5Gi', 'NODE_OPTIONS', '--max-old-space-size=1152'],
    ['resources.limits.memory', '1G', 'NODE_OPTIONS', '--max-old-space-size=714'],
    ['resources.limits.memory', 268_435_456, 'NODE_OPTIONS', '--max-old-space-size=192'],
    ['redis.host', 'redis.example.com', 'REDIS_URL', 'redis://redis.example.com:6379/0'],
    ['redis.host', 'fd00::1', 'REDIS_URL', 'redis://[fd00::1]:6379/0'],
    ['redis.port', 6380, 'REDIS_URL', 'redis://redis:6380/0'],
    ['redis.database', 7, 'REDIS_URL', 'redis://redis:6379/7'],
    ['redis.keyPrefix', 'mine', 'REDIS_KEY_PREFIX'],
    ['redis.tls.enabled', true, 'REDIS_URL', 'rediss://redis:6379/0'],
    ['redis.tls.enabled', true, 'REDIS_TLS', 'true'],
    ['extraCaCertificates.configMapRef', 'ca', 'NODE_EXTRA_CA_CERTS', '/etc/scim-gateway/authorities/ca.crt'],
  ]),
  ...casesOf({ ...environment, within: { redis: { tls: { enabled: true } } } }, [
    ['redis.tls.serverName', 'redis.internal', 'REDIS_TLS_SERVER_NAME'],
    ['redis.tls.caSecret', 'ca', 'REDIS_TLS_CA_FILE', '/etc/scim-gateway/redis-tls/ca.crt'],
    ['redis.tls.clientCertSecret', 'own', 'REDIS_TLS_CERT_FILE', '/etc/scim-gateway/redis-tls/tls.crt'],
    ['redis.tls.clientCertSecret', 'own', 'REDIS_TLS_KEY_FILE', '/etc/scim-gateway/redis-tls/tls.key'],
  ]),
  ...casesOf({ ...environment, within: { tracing: { endpoint: 'http://collector:4318' } } }, [
    ['tracing.enabled', true, 'OTEL_TRACES_EXPORTER', 'otlp'],
  ]),
  ...casesOf({ ...environment, within: tracing }, [
    ['tracing.endpoint', 'http://other:4318', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['tracing.tracesEndpoint', 'http://other:4318/traces', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    ['tracing.headers.secretRef', 'own', 'OTEL_EXPORTER_OTLP_HEADERS_FILE', '/etc/scim-gateway/secrets/otlp-headers'],
    ['tracing.timeoutMs', 600_000, 'OTEL_EXPORTER_OTLP_TIMEOUT', '600000'],
    ['tracing.serviceName', 'scim', 'OTEL_SERVICE_NAME'],
    ['tracing.resourceAttributes', ['a=b', 'c=d'], 'OTEL_RESOURCE_ATTRIBUTES', 'a=b,c=d'],
    ['tracing.sampler', 'parentbased_traceidratio', 'OTEL_TRACES_SAMPLER'],
    ['tracing.samplerArg', 0.25, 'OTEL_TRACES_SAMPLER_ARG', '0.25'],
  ]),
  ...casesOf({ ...environment, within: sentinel }, [
    ['redis.sentinel.nodes', ['a:1', '[::1]:2'], 'REDIS_SENTINELS', 'a:1,[::1]:2'],
    ['redis.sentinel.masterName', 'other', 'REDIS_SENTINEL_MASTER'],
    ['redis.database', 3, 'REDIS_DATABASE', '3'],
    ['redis.tls.enabled', true, 'REDIS_TLS', 'true'],
  ]),
  ...casesOf({ ...environment, within: cluster }, [
    ['redis.cluster.nodes', ['a:1', 'b'], 'REDIS_CLUSTER_NODES', 'a:1,b'],
  ]),
  ...casesOf({ ...environment, within: { redis: { host: '' } } }, [
    ['redis.mode', 'development', 'REDIS_URL', 'redis://gw-scim-gateway-redis:6379/0'],
  ]),
  ...casesOf({ ...environment, within: { replicaCount: 1 } }, [
    ['redis.mode', 'none', 'REDIS_URL', undefined],
    ['redis.mode', 'none', 'REDIS_KEY_PREFIX', undefined],
  ]),
];
