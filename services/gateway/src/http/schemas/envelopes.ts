import { messageUrn } from '@scim-gateway/scim';
import Type, { type TSchema } from 'typebox';

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export const errorSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.error)),
    status: Type.String({ description: 'The HTTP status.' }),
    scimType: Type.Optional(Type.String()),
    detail: Type.String({ description: 'What was wrong, with which value, and what would be accepted.' }),
  },
  { $id: 'Error' },
);

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
export const patchSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.patchOp)),
    Operations: Type.Array(
      Type.Object({
        op: Type.String({ description: 'add, replace or remove; in any case of letters.' }),
        path: Type.Optional(Type.String()),
        value: Type.Optional(Type.Unknown()),
      }),
      { minItems: 1 },
    ),
  },
  { $id: 'PatchOp' },
);

const bulkMethod = Type.Union(['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => Type.Literal(method)));
const bulkId = Type.String({ description: 'The name by which other operations speak of what a POST makes.' });

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export const bulkRequestSchema = Type.Object(
  {
    schemas: Type.Array(Type.Literal(messageUrn.bulkRequest)),
    failOnErrors: Type.Optional(Type.Integer({ description: 'After so many failures the rest is not begun.' })),
    Operations: Type.Array(
      Type.Object({
        method: bulkMethod,
        bulkId: Type.Optional(bulkId),
        path: Type.String({ description: 'Such as /Users, /Groups/ID or /Groups/bulkId:NAME.' }),
        version: Type.Optional(Type.String({ description: 'As in If-Match.' })),
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
      Type.String({ description: 'Empty for the first page, then `nextCursor` of the page before.' }),
    ),
    sortBy: Type.Optional(Type.String()),
    sortOrder: Type.Optional(Type.Union([Type.Literal('ascending'), Type.Literal('descending')])),
    attributes: Type.Optional(Type.Array(Type.String())),
    excludedAttributes: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'SearchRequest' },
);

/** A list answer that holds what the schema describes. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function toListSchema(resource: TSchema): TSchema {
  return Type.Object({
    schemas: Type.Array(Type.Literal(messageUrn.listResponse)),
    totalResults: Type.Optional(Type.Integer({ description: 'Always there when paging by index.' })),
    startIndex: Type.Optional(Type.Integer({ description: 'When paging by index.' })),
    nextCursor: Type.Optional(Type.String({ description: 'When paging by cursor and there is more.' })),
    itemsPerPage: Type.Integer(),
    Resources: Type.Array(resource),
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.9 */
export const projectionQuery = {
  attributes: Type.Optional(Type.String({ description: 'The attributes to show, separated by commas.' })),
  excludedAttributes: Type.Optional(Type.String({ description: 'The attributes not to show, separated by commas.' })),
};

/** @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export const listQuery = {
  filter: Type.Optional(Type.String({ description: 'For example: userName eq "ada@example.com"' })),
  startIndex: Type.Optional(Type.Integer({ minimum: 1, description: 'The first one to show; they count from 1.' })),
  count: Type.Optional(Type.Integer({ minimum: 0, description: 'How many to show at most.' })),
  cursor: Type.Optional(
    Type.String({ description: 'Empty for the first page, then `nextCursor` of the page before.' }),
  ),
  sortBy: Type.Optional(Type.String({ description: 'The attribute to order by, for example userName.' })),
  sortOrder: Type.Optional(Type.Union([Type.Literal('ascending'), Type.Literal('descending')])),
};
