import { groupResourceType, parseBulkRequest, parsePatch, parseResource, userResourceType } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { renderOpenApi } from '../../src/commands/openapi.ts';
import { answerExamples, requestExamples } from '../../src/http/schemas/examples.ts';

const tolerance = { profile: 'tolerant' } as const;
const typeOf = (operationId: string) => (operationId.endsWith('User') ? userResourceType : groupResourceType);

describe('the examples of the OpenAPI document', () => {
  it.each(
    Object.entries(requestExamples).flatMap(([operationId, examples]) =>
      Object.entries(examples).map(([name, { value }]) => [operationId, name, value] as const),
    ),
  )('%s, %s: is a body that the kernel accepts', (operationId, _, value) => {
    if (operationId.startsWith('patch')) parsePatch(value, typeOf(operationId), tolerance);
    else if (operationId === 'bulk') parseBulkRequest(value, { maxOperations: 10 });
    else if (!operationId.startsWith('search')) parseResource(value, typeOf(operationId), tolerance);
    expect(value).toHaveProperty('schemas');
  });

  it('belong to existing operations, and appear in the document', async () => {
    const document = JSON.parse(await renderOpenApi());
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path as Record<string, { operationId: string }>),
    );
    const ids = operations.map(({ operationId }) => operationId);
    for (const id of [...Object.keys(requestExamples), ...Object.keys(answerExamples)]) expect(ids).toContain(id);
    expect(document.paths['/scim/v2/Users'].post.requestBody.content['application/scim+json'].examples).toEqual(
      requestExamples['createUser'],
    );
  });
});
