import { messageUrn } from '@scim-gateway/scim';
import Type, { type TSchema } from 'typebox';

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export const errorSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.error)),
    status: Type.String({ description: 'The HTTP status.' }),
    scimType: Type.Optional(Type.String()),
    detail: Type.String({ description: 'What is wrong, with which value, and what to send instead.' }),
  },
  { $id: 'Error' },
);

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
export const patchSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.patchOp)),
    Operations: Type.Array(
      Type.Object({
        op: Type.String({ description: 'add, replace or remove, in any letter case.' }),
        path: Type.Optional(Type.String()),
        value: Type.Optional(Type.Unknown()),
      }),
      { minItems: 1 },
    ),
  },
  { $id: 'PatchOp' },
);

const bulkMethod = Type.Union(['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => Type.Literal(method)));
const bulkId = Type.String({
  description: 'Other operations refer to the resource that a POST creates as bulkId:NAME.',
});

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export const bulkRequestSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.bulkRequest)),
    failOnErrors: Type.Optional(Type.Integer({ description: 'Stop after this many failed operations.' })),
    Operations: Type.Array(
      Type.Object({
        method: bulkMethod,
        bulkId: Type.Optional(bulkId),
        path: Type.String({ description: 'For example /Users, /Groups/ID or /Groups/bulkId:NAME.' }),
        version: Type.Optional(
          Type.String({ description: 'The version that the resource must have, as in If-Match.' }),
        ),
        data: Type.Optional(Type.Unknown()),
      }),
    ),
  },
  { $id: 'BulkRequest' },
);

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3 */
export const bulkResponseSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.bulkResponse)),
    Operations: Type.Array(
      Type.Object({
        method: Type.Optional(bulkMethod),
        bulkId: Type.Optional(bulkId),
        location: Type.Optional(Type.String()),
        version: Type.Optional(Type.String()),
        status: Type.String({ description: 'The HTTP status.' }),
        response: Type.Optional(Type.Ref('Error#')),
      }),
    ),
  },
  { $id: 'BulkResponse' },
);

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3 */
export const searchSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.searchRequest)),
    filter: Type.Optional(Type.String()),
    startIndex: Type.Optional(Type.Integer()),
    count: Type.Optional(Type.Integer()),
    cursor: Type.Optional(
      Type.String({ description: 'Empty for the first page, then `nextCursor` of the previous page.' }),
    ),
    sortBy: Type.Optional(Type.String()),
    sortOrder: Type.Optional(Type.Union([Type.Literal('ascending'), Type.Literal('descending')])),
    attributes: Type.Optional(Type.Array(Type.String())),
    excludedAttributes: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'SearchRequest' },
);

/** A list of resources that the given schema describes. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function toListSchema(resource: TSchema): TSchema {
  return Type.Object({
    schemas: Type.Array(Type.Literal(messageUrn.listResponse)),
    totalResults: Type.Optional(Type.Integer({ description: 'Always present when paging by index.' })),
    startIndex: Type.Optional(Type.Integer({ description: 'Present when paging by index.' })),
    nextCursor: Type.Optional(Type.String({ description: 'Present when paging by cursor and another page exists.' })),
    itemsPerPage: Type.Integer(),
    Resources: Type.Array(resource),
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.9 */
export const projectionQuery = {
  attributes: Type.Optional(Type.String({ description: 'The attributes to return, separated by commas.' })),
  excludedAttributes: Type.Optional(Type.String({ description: 'The attributes not to return, separated by commas.' })),
};

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export const listQuery = {
  filter: Type.Optional(Type.String({ description: 'For example: userName eq "ada@example.com"' })),
  startIndex: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Position of the first resource to return; the first position is 1.' }),
  ),
  count: Type.Optional(Type.Integer({ minimum: 0, description: 'The most resources to return.' })),
  cursor: Type.Optional(
    Type.String({ description: 'Empty for the first page, then `nextCursor` of the previous page.' }),
  ),
  sortBy: Type.Optional(Type.String({ description: 'The attribute to sort by, for example userName.' })),
  sortOrder: Type.Optional(Type.Union([Type.Literal('ascending'), Type.Literal('descending')])),
};
