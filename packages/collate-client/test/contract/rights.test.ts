import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCollateClient, detectCapabilities } from '../../src/index.ts';
import { describeRefusal, permissionsFor, Rights, wayOutOf } from '../../src/model/index.ts';
import { ada, answer, type FaultServer, type Handler, startFaultServer } from '../support/fault-server.ts';
import { rejection } from '../support/scripted-transport.ts';

interface Recorded {
  readonly note: string;
  readonly request: { readonly path: string };
  readonly response: { readonly body: object };
}

const recordings = readFileSync(new URL('../recordings/permissions-1.12.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Recorded => JSON.parse(line));

/** A server of version 1.12 that answers questions about rights like this. */
function startServer(permissions: (path: string) => Handler): Promise<FaultServer> {
  const handler: Handler = (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/system/version')) answer(200, { version: '1.12.6' })(request, response);
    else if (path.includes('/docStore')) answer(200, { data: [], paging: { total: 0 } })(request, response);
    else if (path.includes('/permissions/')) permissions(path)(request, response);
    else answer(200, ada)(request, response);
  };
  return startFaultServer([handler]);
}

/** The rights of a bot of the recordings. */
function recorded(bot: string): (path: string) => Handler {
  return (path) => {
    const found = recordings.find(({ note, request }) => note.startsWith(`${bot}:`) && request.path === path);
    if (found === undefined) throw new Error(`nothing is recorded of ${bot} at ${path}`);
    return answer(200, found.response.body);
  };
}

async function detect(permissions: (path: string) => Handler) {
  await using server = await startServer(permissions);
  await using client = createCollateClient({ baseUrl: server.url, token: () => 'x', retries: { attempts: 1 } });
  return await detectCapabilities(client.bind());
}

describe('detectCapabilities, asking for rights,', () => {
  it('finds nothing refused to a bot with Create, ViewAll, EditAll and Delete and without DefaultBotRole', async () => {
    const { rights, displayNames, documentStore } = await detect(recorded('perm-full'));
    expect([displayNames, documentStore]).toEqual([{ users: true, teams: true }, 'available']);
    const needed = ['creation', 'deletion', 'restoration', 'membership', 'display-names', 'documents'] as const;
    for (const duty of needed)
      expect(rights.firstRefusalOf(permissionsFor(duty, { membershipEndpoints: true }))).toBeUndefined();
  });

  it('finds that DefaultBotRole denies display names, and only these, to a bot with all other rights', async () => {
    const { rights, displayNames, documentStore } = await detect(recorded('perm-default'));
    expect([displayNames, documentStore]).toEqual([{ users: false, teams: false }, 'available']);
    expect(rights.refusalOf({ resource: 'user', operation: 'EditDisplayName' })).toEqual({
      resource: 'user',
      operation: 'EditDisplayName',
      access: 'deny',
      role: 'DefaultBotRole',
      policy: 'DefaultBotPolicy',
      rule: 'DisplayName-Deny',
    });
    expect(rights.refusalOf({ resource: 'user', operation: 'Create' })).toBeUndefined();
  });

  it('reports a document store that can be read, but not written, as refused', async () => {
    const { rights, documentStore } = await detect(recorded('perm-usersonly'));
    expect(documentStore).toBe('refused');
    expect(rights.refusalOf({ resource: 'document', operation: 'ViewAll' })).toBeUndefined();
  });

  it('finds creation not allowed to a bot with DefaultBotRole alone', async () => {
    const { rights } = await detect(recorded('perm-none'));
    expect(rights.refusalOf({ resource: 'user', operation: 'Create' })).toEqual({
      resource: 'user',
      operation: 'Create',
      access: 'notAllow',
    });
  });

  it.each([
    ['has no such endpoint', answer(404, { code: 404, message: 'HTTP 404 Not Found' })],
    ['is old and has no such endpoint', answer(500, { responseMessage: 'HTTP 404 Not Found' })],
    ['knows no such kind of entity', answer(400, { code: 400, message: 'Resource type document not found' })],
    ['answers in another form', answer(200, { data: [] })],
    ['names a condition', answer(200, { permissions: [{ operation: 'EditDisplayName', access: 'conditionalDeny' }] })],
    ['names an unknown access', answer(200, { permissions: [{ operation: 'Create', access: 'perhaps' }] })],
  ])('takes nothing for refused when the server %s', async (_case, handler) => {
    const { rights, displayNames, documentStore } = await detect(() => handler);
    expect([displayNames, documentStore]).toEqual([{ users: true, teams: true }, 'available']);
    expect(rights.refusalOf({ resource: 'user', operation: 'Create' })).toBeUndefined();
  });

  it('fails when the server does not answer, and takes no right for unknown', async () => {
    const failure = await rejection(detect(() => answer(503, { code: 503, message: 'x' })));
    expect(failure).toMatchObject({ kind: 'unavailable', operation: 'system.permissions' });
  });
});

describe('a refusal', () => {
  const permission = { resource: 'user', operation: 'EditDisplayName' } as const;

  it('by DefaultBotRole is not advised to be granted: the role must go', () => {
    const names = { role: 'DefaultBotRole', policy: 'DefaultBotPolicy', rule: 'DisplayName-Deny' };
    const right = { ...permission, ...names, access: 'deny' } as const;
    expect(describeRefusal(right)).toBe(
      'the operation EditDisplayName on user is denied by role DefaultBotRole, policy DefaultBotPolicy, rule DisplayName-Deny',
    );
    expect(wayOutOf(right)).toContain('an administrator must take DefaultBotRole off the bot');
    expect(wayOutOf(right)).not.toContain('Allow');
  });

  it('by a rule of another role is not advised to be granted: the rule must go', () => {
    const right = { ...permission, role: 'R', policy: 'P', rule: 'no-names', access: 'deny' } as const;
    expect(wayOutOf(right)).toContain('must remove the rule no-names from the policy P');
  });

  it('without a rule is advised to be granted', () => {
    const right = { ...permission, access: 'notAllow' } as const;
    expect(describeRefusal(right)).toBe('no rule allows the operation EditDisplayName on user');
    expect(wayOutOf(right)).toBe("Allow EditDisplayName on user in a policy of the bot's role.");
  });

  it('does not exist for a right that the server has not named', () => {
    expect(new Rights([]).areKnown).toBe(false);
    expect(new Rights([]).refusalOf(permission)).toBeUndefined();
  });
});
