import { writeFileSync } from 'node:fs';
import { groupResourceType, userResourceType } from '@scim-gateway/scim';
import { buildApp } from '../http/app.ts';
import { createAudit } from '../observability/audit.ts';
import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import type { ResourceService } from '../provisioning/service.ts';
import { createAttributeMap } from '../translation/attribute-map.ts';
import { version } from '../version.ts';

/** The default of `REMEMBERED_ATTRIBUTES`. */
const remembered = ['externalId', 'name.givenName', 'name.familyName'];

/** The OpenAPI document of the SCIM listener with default settings, as text. The same on every machine. */
export async function renderOpenApi(): Promise<string> {
  const map = createAttributeMap(remembered);
  const logger = createLogger({ level: 'silent' });
  const metrics = createMetrics({ version, isRedisConfigured: false });
  const app = await buildApp(
    {
      users: described(userResourceType),
      groups: described(groupResourceType),
      describeTypes: () => [map.userType, map.groupType],
      authenticate: () => ({ kind: 'refused', reason: 'missing', method: 'none' }),
      metrics,
      logger,
      audit: createAudit(logger, metrics),
      readOnly: { isOn: false },
    },
    {
      baseUrl: () => '',
      version,
      deadlineMs: 25_000,
      bodyLimitBytes: 1,
      maxConnections: 1,
      maxRequestsInFlight: 1,
      trustedProxies: [],
      pages: { default: 100, max: 1000 },
    },
  );
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return text;
}

/** Prints the document, or writes it to a file. */
export async function openapi(file: string | undefined): Promise<void> {
  const text = await renderOpenApi();
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}

/** A service for the description only: authentication refuses every request, so that no method is called. */
function described(type: ResourceService['type']): ResourceService {
  const refuse = () => Promise.reject(new Error('this service is for the description only'));
  return { type, create: refuse, read: refuse, list: refuse, replace: refuse, patch: refuse, remove: refuse };
}
