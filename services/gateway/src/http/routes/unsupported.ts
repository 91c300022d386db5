import { methodNotAllowed, notImplemented } from '@scim-gateway/scim';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { unknownRoute } from '../request-facts.ts';

const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof allMethods)[number];

/** Answers the methods that a path does not know with 405, and `OPTIONS` with those it knows. */
export function addMethodNotAllowed(app: FastifyInstance, url: string, known: readonly Method[]): void {
  const allowed = [...known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');
  const others: HTTPMethods[] = allMethods.filter((method) => !known.includes(method));
  const config = { facts: unknownRoute };
  const schema = { hide: true };
  app.route({
    method: 'OPTIONS',
    url,
    config,
    schema,
    handler: (_request, reply) => reply.code(204).header('allow', allowed).send(),
  });
  if (others.length === 0) return;
  app.route({
    method: others,
    url,
    config,
    schema,
    exposeHeadRoute: false,
    handler: (_request, reply) => {
      reply.header('allow', allowed);
      throw methodNotAllowed(`Allowed methods: ${allowed}.`);
    },
  });
}

/** Answers every method on a path with 501: the protocol has it, this gateway does not. */
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
