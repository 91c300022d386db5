import { fastifySwagger } from '@fastify/swagger';
import type { ResourceType } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';
import { bulkRequestSchema, bulkResponseSchema, errorSchema, patchSchema, searchSchema } from '../schemas/envelopes.ts';
import { toJsonSchema } from '../schemas/resource-schema.ts';
import { withExamples } from '../schemas/with-examples.ts';

/** Documents the routes registered after it; `app.swagger()` returns the OpenAPI document. */
export async function addOpenApi(app: FastifyInstance, types: readonly ResourceType[], version: string): Promise<void> {
  // The schemas are documentation only: the kernel validates bodies by SCIM's rules, and answers are sent unchanged.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  const envelopes = [errorSchema, patchSchema, searchSchema, bulkRequestSchema, bulkResponseSchema];
  for (const schema of [...envelopes, ...types.map(toJsonSchema)]) app.addSchema(schema);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SCIM gateway for Collate',
        description:
          'SCIM 2.0 (RFC 7643, RFC 7644) for Collate. Its users are Collate users, its groups Collate teams.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transformObject: (document) => withExamples('openapiObject' in document ? document.openapiObject : {}),
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`,
    },
  });
}
