import { unavailable } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { createAudit } from '../../src/observability/audit.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { redactError } from '../../src/observability/redact.ts';

function create(level: 'debug' | 'error' | 'silent') {
  const lines: string[] = [];
  const logger = createLogger({ level, stream: { write: (line) => lines.push(line) } });
  return { logger, logged: () => lines.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  it('is one line of JSON per event, with a time and a level in words', () => {
    const { logger, logged } = create('debug');
    logger.info('an event', { requestId: 'abc' });
    expect(logged()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), requestId: 'abc', msg: 'an event' },
    ]);
  });

  it('keeps to its level, but for audit events', () => {
    const { logger, logged } = create('error');
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    logger.audit('audit', { action: 'user.create' });
    expect(logged().map(({ msg }) => msg)).toEqual(['d', 'audit']);
    expect(logger.isEnabled('info')).toBe(false);
  });
});

describe('SEC-R17: an error in a log', () => {
  class UpstreamError extends Error {
    override readonly name = 'UpstreamError';
    readonly kind = 'rejected';
    readonly operation = 'createUser';
    readonly status = 400;
    readonly body = '{"email":"ada@example.com"}';
  }

  it('contains the kind of an error and its origin, not the data it was about', () => {
    const cause = new UpstreamError('ada@example.com is not valid');
    const error = unavailable('Ada Lovelace cannot be saved', 5, { cause });
    const redacted = redactError(error);
    expect(redacted).toMatchObject({
      type: 'ScimError',
      status: 503,
      cause: { type: 'UpstreamError', kind: 'rejected', operation: 'createUser', status: 400 },
    });
    expect(redacted.stack?.[0]).toMatch(/^at /);
    expect(JSON.stringify(redacted)).not.toMatch(/ada|lovelace/i);
  });

  it('keeps the words of the runtime, without addresses and tokens', () => {
    const typeError = redactError(new TypeError("Cannot read properties of undefined (reading 'ada@example.com')"));
    expect(typeError.message).toMatch(/^Cannot read properties of undefined/);
    expect(typeError.message).not.toContain('ada');
    expect(redactError(new RangeError(`eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9 is out of range`)).message).toBe(
      '… is out of range',
    );
    expect(redactError(new SyntaxError('Unexpected token in {"userName":"ada"}')).message).toBeUndefined();
  });

  it('may have several lines in its message without any of them being taken for a place in the code', () => {
    const error = new Error('first\nada@example.com\nAda at home');
    expect(JSON.stringify(redactError(error))).not.toMatch(/ada/i);
  });

  it('may be no error, refer to itself, or have a code of the system', () => {
    expect(redactError('ada@example.com')).toEqual({ type: 'string' });
    const loop = new Error('x');
    loop.cause = loop;
    expect(JSON.stringify(redactError(loop)).length).toBeLessThan(5_000);
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' });
    expect(redactError(refused)).toMatchObject({ type: 'Error', code: 'ECONNREFUSED' });
  });
});

describe('SEC-R20: an audit trail that cannot be written', () => {
  it('is counted and logged, and stops neither the request nor later events', () => {
    const results: string[] = [];
    const lines: string[] = [];
    let isBroken = true;
    const stream = {
      write: (line: string) => {
        if (isBroken && line.includes('"msg":"audit"')) throw new Error('no space left on device');
        lines.push(line);
      },
    };
    const audit = createAudit(createLogger({ level: 'info', stream }), {
      auditEvent: (result) => results.push(result),
    });
    const event = {
      requestId: 'r1',
      credential: 'c',
      provider: 'p',
      action: 'user.create',
      id: undefined,
      status: 201,
    };
    audit.record(event);
    isBroken = false;
    audit.record({ ...event, requestId: 'r2' });
    expect(results).toEqual(['dropped', 'written']);
    expect(lines.map((line) => JSON.parse(line)).map(({ msg, requestId }) => [msg, requestId])).toEqual([
      ['an audit event was lost', 'r1'],
      ['audit', 'r2'],
    ]);
  });

  it('does not stop the request even when nothing can be written at all', () => {
    const stream = {
      write: () => {
        throw new Error('broken pipe');
      },
    };
    const results: string[] = [];
    const audit = createAudit(createLogger({ level: 'info', stream }), {
      auditEvent: (result) => results.push(result),
    });
    audit.record({ requestId: 'r', credential: 'c', provider: 'p', action: 'user.create', id: undefined, status: 201 });
    expect(results).toEqual(['dropped']);
  });
});
