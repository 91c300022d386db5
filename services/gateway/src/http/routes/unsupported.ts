import { methodNotAllowed, notImplemented } from '@scim-gateway/scim';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { unknownRoute } from '../request-facts.ts';

const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof allMethods)[number];

/** Answers `OPTIONS` with the methods of a path, and every other method with 405. */
export function addAllowedMethods(app: FastifyInstance, url: string, methods: readonly Method[]): void {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allow = [...allowed, 'OPTIONS'].join(', ');
  const others: HTTPMethods[] = allMethods.filter((method) => !methods.includes(method));
  const hidden = { url, config: { facts: unknownRoute }, schema: { hide: true } };
  app.route({
    ...hidden,
    method: 'OPTIONS',
    handler: (_request, reply) => reply.code(204).header('allow', allow).send(),
  });
  if (others.length === 0) return;
  app.route({
    ...hidden,
    method: others,
    exposeHeadRoute: false,
    handler: (_request, reply) => {
      reply.header('allow', allow);
      throw methodNotAllowed(`Allowed methods: ${allow}.`);
    },
  });
}

/** Answers every method of a path with 501: SCIM defines the endpoint, the gateway does not implement it. */
export function addNotImplemented(app: FastifyInstance, url: string, detail: string): void {
  app.route({
    method: [...allMethods],
    url,
    config: { facts: unknownRoute },
    schema: { hide: true },
    handler: () => {
      throw notImplemented(detail);
    },
  });
}
