import { describe, expect, it } from 'vitest';
import { invalidPath, noTarget } from '../src/error.ts';
import {
  conflict,
  forbidden,
  internal,
  invalidFilter,
  invalidSyntax,
  invalidValue,
  methodNotAllowed,
  mutability,
  notAcceptable,
  notFound,
  notImplemented,
  payloadTooLarge,
  preconditionFailed,
  ScimError,
  toErrorBody,
  tooMany,
  tooManyRequests,
  unauthorized,
  unavailable,
  uniqueness,
  unsupportedMediaType,
  uriTooLong,
} from '../src/index.ts';

const factories = [
  ['invalidFilter', invalidFilter, 400, 'invalidFilter'],
  ['tooMany', tooMany, 400, 'tooMany'],
  ['uniqueness', uniqueness, 409, 'uniqueness'],
  ['mutability', mutability, 400, 'mutability'],
  ['invalidSyntax', invalidSyntax, 400, 'invalidSyntax'],
  ['invalidPath', invalidPath, 400, 'invalidPath'],
  ['noTarget', noTarget, 400, 'noTarget'],
  ['invalidValue', invalidValue, 400, 'invalidValue'],
  ['unauthorized', unauthorized, 401, undefined],
  ['forbidden', forbidden, 403, undefined],
  ['notFound', notFound, 404, undefined],
  ['methodNotAllowed', methodNotAllowed, 405, undefined],
  ['notAcceptable', notAcceptable, 406, undefined],
  ['conflict', conflict, 409, undefined],
  ['preconditionFailed', preconditionFailed, 412, undefined],
  ['payloadTooLarge', payloadTooLarge, 413, undefined],
  ['uriTooLong', uriTooLong, 414, undefined],
  ['unsupportedMediaType', unsupportedMediaType, 415, undefined],
  ['internal', internal, 500, undefined],
  ['notImplemented', notImplemented, 501, undefined],
] as const;

describe('ScimError', () => {
  it.each(factories)('%s creates an error with its status and scimType', (_name, factory, status, scimType) => {
    const error = factory('what was wrong');
    expect(error).toBeInstanceOf(ScimError);
    expect(error).toMatchObject({
      name: 'ScimError',
      message: 'what was wrong',
      detail: 'what was wrong',
      status,
      scimType,
    });
    expect(error.retryAfterSeconds).toBeUndefined();
  });

  it('has a cause only when one is given', () => {
    const cause = new Error('deeper');
    expect(internal('oops', { cause }).cause).toBe(cause);
    expect('cause' in internal('oops')).toBe(false);
  });

  it('has retryAfterSeconds when the client sends too many requests or the server is unavailable', () => {
    expect(tooManyRequests('slower', 7)).toMatchObject({ status: 429, retryAfterSeconds: 7 });
    expect(unavailable('away', 30)).toMatchObject({ status: 503, retryAfterSeconds: 30 });
  });

  it('becomes a body with the status as a string and without the cause', () => {
    const body = toErrorBody(uniqueness('userName is taken.', { cause: new Error('secret') }));
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '409',
      scimType: 'uniqueness',
      detail: 'userName is taken.',
    });
    expect(toErrorBody(notFound('Nobody.'))).not.toHaveProperty('scimType');
  });
});
