import { fastifySwagger, type SwaggerOptions } from '@fastify/swagger';
import { fastifySwaggerUi } from '@fastify/swagger-ui';
import { type FastifyInstance, fastify } from 'fastify';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ReadOnlySwitch } from './hooks/authorization.ts';

/** What the management listener reads and switches. */
export interface ManagementServices {
  readonly metrics: Metrics;
  readonly readOnly: ReadOnlySwitch;
  readonly logger: Logger;
  /**
   * False while the gateway drains. Does not check Collate or Redis: their outage must not take replicas out of
   * service.
   */
  isReady(): boolean;
  /** The OpenAPI document of the SCIM listener. */
  readonly openApi: object;
}

type StaticSpecification = Extract<SwaggerOptions, { mode: 'static' }>['specification'];

/**
 * The second listener: health, metrics, documentation and the read-only switch. It has no authentication; keep it
 * internal.
 */
export async function buildManagement(services: ManagementServices): Promise<FastifyInstance> {
  const { metrics, readOnly, logger, isReady, openApi } = services;
  const app = fastify({ logger: false });
  // Its types know versions 2 and 3.0 of OpenAPI only; it shows 3.1 as well.
  const specification = { document: openApi } as StaticSpecification;
  await app.register(fastifySwagger, { mode: 'static', specification });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs' });
  app.get('/livez', () => ({ status: 'alive' }));
  app.get('/readyz', (_request, reply) => {
    const ready = isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'draining' });
  });
  app.get('/metrics', async (request, reply) => {
    const { contentType, text } = await metrics.answer(request.headers.accept);
    return reply.type(contentType).send(text);
  });
  app.get('/read-only', () => ({ enabled: readOnly.isOn }));
  app.put('/read-only', (request, reply) => {
    const enabled = readSwitch(request.body);
    if (enabled === undefined)
      return reply.code(400).send({ detail: 'The body must be {"enabled": true} or {"enabled": false}.' });
    readOnly.isOn = enabled;
    logger.warn(enabled ? 'read-only mode switched on' : 'read-only mode switched off');
    return { enabled };
  });
  return app;
}

function readSwitch(body: unknown): boolean | undefined {
  if (typeof body !== 'object' || body === null || !('enabled' in body)) return undefined;
  return typeof body.enabled === 'boolean' ? body.enabled : undefined;
}
