import { groupResourceType, userResourceType } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';
import { createAuthenticator } from '../../src/credentials/authenticator.ts';
import type { Authenticate } from '../../src/credentials/credential.ts';
import { digestOf } from '../../src/credentials/credential.ts';
import { createTokenBook } from '../../src/credentials/token-book.ts';
import { parseTokensFile } from '../../src/credentials/tokens-file.ts';
import { type AppOptions, type AppServices, buildApp } from '../../src/http/app.ts';
import { createAudit } from '../../src/observability/audit.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts';
import { FakeService } from './fake-service.ts';

export const tokens = {
  tolerant: 'tolerant-token-4711',
  strict: 'strict-token-4711',
  reader: 'reader-token-4711',
  expired: 'expired-token-4711',
};

/** The SCIM listener over fake services, with its metrics and logs. */
export interface TestApp {
  readonly app: FastifyInstance;
  readonly users: FakeService;
  readonly groups: FakeService;
  readonly metrics: Metrics;
  readonly readOnly: { isOn: boolean };
  readonly logs: string[];
  logged(): Record<string, unknown>[];
}

export async function createTestApp(
  options: Partial<AppOptions> &
    Pick<AppServices, 'findPressure' | 'isDraining'> & {
      authenticate?: Authenticate;
      level?: 'trace' | 'info' | 'silent';
    } = {},
): Promise<TestApp> {
  const logs: string[] = [];
  const readOnly = { isOn: false };
  const users = new FakeService(userResourceType, 'resource');
  const groups = new FakeService(groupResourceType, 'nothing');
  const metrics = createMetrics({ version: '0.0.0', isRedisConfigured: false });
  metrics.watchReadOnly(() => readOnly.isOn);
  metrics.watchCredentials({ tenants: () => ['entra', 'okta'], expiries: () => new Map() });
  const logger = createLogger({ level: options.level ?? 'trace', stream: { write: (line) => logs.push(line) } });
  const { authenticate = createTestAuthenticator(), level: _level, findPressure, isDraining, ...rest } = options;
  const app = await buildApp(
    {
      users,
      groups,
      describeTypes: () => [userResourceType, groupResourceType],
      authenticate,
      metrics,
      logger,
      audit: createAudit(logger, metrics),
      readOnly,
      ...(findPressure === undefined ? {} : { findPressure }),
      ...(isDraining === undefined ? {} : { isDraining }),
    },
    {
      baseUrl: () => 'https://scim.example.com/scim/v2',
      version: '0.0.0',
      deadlineMs: 5_000,
      bodyLimitBytes: 16 * 2 ** 20,
      maxConnections: 100,
      maxRequestsInFlight: 1_000,
      trustedProxies: [],
      pages: { default: 100, max: 1000 },
      ...rest,
    },
  );
  return { app, users, groups, metrics, readOnly, logs, logged: () => logs.map((line) => JSON.parse(line)) };
}

function createTestAuthenticator(): Authenticate {
  const sha256 = (token: string) => digestOf(token).toString('hex');
  const entries = [
    { name: 'entra-1', provider: 'entra', sha256: sha256(tokens.tolerant) },
    { name: 'okta-1', provider: 'okta', sha256: sha256(tokens.strict), profile: 'strict' },
    { name: 'reader-1', provider: 'okta', sha256: sha256(tokens.reader), scopes: ['read'] },
    { name: 'old-1', provider: 'okta', sha256: sha256(tokens.expired), expires: '2020-01-01T00:00:00Z' },
  ];
  const file = parseTokensFile(JSON.stringify(entries));
  return createAuthenticator({ book: createTokenBook([() => file]), clock: Date.now });
}

export const authorized = { authorization: `Bearer ${tokens.tolerant}` };
