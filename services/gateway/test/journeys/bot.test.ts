import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type CollateSimulator, createCollateSimulator } from '@scim-gateway/collate-simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { send, startGateway } from './process-harness.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
let file = '';
beforeEach(() => {
  file = join(folder, 'collate-token');
  rmSync(file, { force: true });
});

/** Runs `scim-gateway bot …` with the administrator's token on standard input. */
function runBot(simulator: CollateSimulator, ...args: readonly string[]) {
  return runProgram(['bot', ...args], { COLLATE_URL: simulator.url }, simulator.adminToken);
}

function writesOf(simulator: CollateSimulator): readonly string[] {
  const writes = simulator.calls().filter(({ method }) => method !== 'GET');
  simulator.clearCalls();
  return writes.map(({ method, path }) => `${method} ${path.replace(/[\da-f]{8}-[\da-f-]{27}/, '{id}')}`);
}

const creations = ['POST /api/v1/policies', 'POST /api/v1/roles', 'POST /api/v1/users', 'POST /api/v1/bots'];

describe.each(['1.1', '1.12'] as const)('bot create, in a server of generation %s,', (generation) => {
  it('makes a bot with every right that the gateway needs, and a repetition changes nothing', async () => {
    await using simulator = await createCollateSimulator({ generation, bot: 'none' });
    const made = await runBot(simulator, 'create', '--token-file', file);
    expect(made).toMatchObject({ code: 0, stdout: `The token is in ${file}.\n` });
    expect(made.stderr).toContain('✓ The bot has every right that the gateway needs.');
    const removal = generation === '1.1' ? [] : ['PATCH /api/v1/users/{id}'];
    expect(writesOf(simulator)).toEqual([...creations, ...removal]);
    const token = readFileSync(file, 'utf8').trim();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['collate-token']);
    expect(`${made.stdout}${made.stderr}`).not.toContain(token);

    const again = await runBot(simulator, 'create', '--token-file', file);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('Nothing to change');
    expect(writesOf(simulator)).toEqual([]);
    expect(readFileSync(file, 'utf8').trim()).toBe(token);

    const checked = await runProgram(['bot', 'check'], { COLLATE_URL: simulator.url, COLLATE_TOKEN_FILE: file });
    expect(checked.stdout).toContain('✓ The token belongs to scim-gateway, with the roles ScimGatewayRole.');
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    const doctor = await runProgram(['doctor'], { COLLATE_URL: simulator.url, COLLATE_TOKEN_FILE: file });
    expect(doctor.stdout).toContain('✓ The bot has every right that the gateway needs.');
    expect(doctor.code).toBe(0);
  });

  it('shows each call for --dry-run, and makes none', async () => {
    await using simulator = await createCollateSimulator({ generation, bot: 'none' });
    const { code, stdout } = await runBot(simulator, 'create', '--dry-run', '--name', 'scim-2');
    expect(code).toBe(0);
    expect(writesOf(simulator)).toEqual([]);
    const calls = stdout.trim().split('\n');
    expect(calls.slice(0, 4).map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual(creations);
    expect(calls[0]).toContain('"operations":["Create","Delete","EditAll","ViewAll"]');
    expect(calls[0]?.includes('document')).toBe(generation !== '1.1');
    expect(calls[2]).toContain('"name":"scim-2","email":"scim-2@');
  });
});

describe('bot create', () => {
  it('repairs a bot as Collate makes it, and a policy that allows too little', async () => {
    await using simulator = await createCollateSimulator({ bot: 'default-role' });
    simulator.allow({ document: ['ViewAll'] });
    const sick = await runProgram(['doctor'], { COLLATE_URL: simulator.url, COLLATE_TOKEN: simulator.token });
    expect(sick.stdout).toContain(
      '! Cannot change display names, which are remembered in the document store instead while Collate shows the old ones: the operation EditDisplayName on user is denied by role DefaultBotRole, policy DefaultBotPolicy, rule DisplayName-Deny. Granting does not help, because a denial overrides it: an administrator must take DefaultBotRole off the bot.',
    );
    expect(sick.stdout).toContain(
      "! Cannot use the document store: no rule allows the operation Create on document. Allow Create on document in a policy of the bot's role.",
    );
    simulator.clearCalls();
    const { code, stderr } = await runBot(simulator, 'create', '--token-file', file);
    expect(stderr).toContain('✓ The bot has every right that the gateway needs.');
    expect(code).toBe(0);
    expect(writesOf(simulator)).toEqual([
      'PATCH /api/v1/policies/{id}',
      'POST /api/v1/bots',
      'PATCH /api/v1/users/{id}',
    ]);
  });

  it('changes nothing in a policy whose rules permit everything together', async () => {
    await using simulator = await createCollateSimulator({ bot: 'full' });
    const { stdout } = await runBot(simulator, 'create', '--dry-run');
    expect(stdout).toBe('POST /api/v1/bots {"name":"scim-gateway","botUser":"scim-gateway"}\n');
  });

  it('takes DefaultBotRole off again after the bot has been saved in Collate', async () => {
    await using simulator = await createCollateSimulator({ bot: 'none' });
    await runBot(simulator, 'create', '--token-file', file);
    const body = {
      name: 'scim-gateway',
      email: 'scim-gateway@example.com',
      isBot: true,
      botName: 'scim-gateway',
      roles: [],
      authenticationMechanism: { authType: 'JWT', config: { JWTTokenExpiry: 'Unlimited' } },
    };
    const headers = { authorization: `Bearer ${simulator.adminToken}`, 'content-type': 'application/json' };
    const saved = await fetch(`${simulator.url}/api/v1/users`, { method: 'PUT', headers, body: JSON.stringify(body) });
    expect(saved.status).toBe(200);
    simulator.clearCalls();
    const { code, stderr } = await runBot(simulator, 'create', '--token-file', file);
    expect(stderr).toContain('took DefaultBotRole off the bot');
    expect(code).toBe(0);
  });

  it('prints the token, JSON, or the manifest of a Secret, and nothing else', async () => {
    await using simulator = await createCollateSimulator({ bot: 'none' });
    const { stdout } = await runBot(simulator, 'create');
    const [, token = ''] = /^Token: (\S+)\n$/.exec(stdout) ?? [];
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const json = await runBot(simulator, 'create', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ bot: 'scim-gateway', done: [], token });
    const manifest = await runBot(simulator, 'create', '--secret-manifest', 'scim/collate');
    expect(manifest.stdout).toBe(
      `apiVersion: v1\nkind: Secret\ntype: Opaque\nmetadata:\n  name: "scim"\n  namespace: "collate"\nstringData:\n  collate-token: "${token}"\n`,
    );
  });

  it('reads the administrator’s token from a file, and never takes it as an argument', async () => {
    await using simulator = await createCollateSimulator({ bot: 'none' });
    const adminFile = join(folder, 'admin');
    writeFileSync(adminFile, `${simulator.adminToken}\n`);
    const args = ['bot', 'create', '--dry-run', '--admin-token-file', adminFile];
    expect(await runProgram(args, { COLLATE_URL: simulator.url })).toMatchObject({ code: 0 });
    rmSync(adminFile);
    const refused = await runProgram(['bot', 'create', '--admin-token', 'x'], { COLLATE_URL: simulator.url });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['a token that is no administrator’s', 'bot', 'belongs to scim-gateway, who is no administrator'],
    ['an unknown token', 'unknown', "does not accept the administrator's token"],
    ['an empty token', '', "The administrator's token is empty."],
  ])('refuses %s', async (_case, kind, reason) => {
    await using simulator = await createCollateSimulator();
    const token = kind === 'bot' ? simulator.token : kind;
    const { code, stdout, stderr } = await runProgram(['bot', 'create'], { COLLATE_URL: simulator.url }, token);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(reason);
    expect(writesOf(simulator)).toEqual([]);
  });

  it.each([
    [['--name', 'admin'], 'a user "admin" who is no bot'],
    [['--days', '5'], '--days is "5"; it must be one of Unlimited, 7, 30, 60, 90.'],
    [['--token-file', 'x', '--secret-manifest', 'y'], 'exclude one another'],
    [['--secret-manifest', 'With Blanks'], 'it must be NAME or NAME/NAMESPACE'],
  ])('refuses %j before the first write', async (args, reason) => {
    await using simulator = await createCollateSimulator({ bot: 'none' });
    const { code, stderr } = await runBot(simulator, 'create', ...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
    expect(writesOf(simulator)).toEqual([]);
  });

  it('continues after a failure when it is repeated', async () => {
    await using simulator = await createCollateSimulator({ bot: 'none' });
    simulator.arm([{ match: 'POST /api/v1/bots', when: 'before', status: 503, times: 1 }]);
    const failed = await runBot(simulator, 'create', '--token-file', file);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('Collate failed at bots.create')]);
    writesOf(simulator);
    expect(await runBot(simulator, 'create', '--token-file', file)).toMatchObject({ code: 0 });
    expect(writesOf(simulator)).toEqual(['POST /api/v1/bots', 'PATCH /api/v1/users/{id}']);
  });
});

describe('bot check', () => {
  it('fails for a right without which requests fail, and names it in JSON too', async () => {
    const bot = { user: ['Create', 'EditAll', 'ViewAll'], team: ['Create', 'Delete', 'EditAll', 'ViewAll'] };
    await using simulator = await createCollateSimulator({ bot });
    const env = { COLLATE_URL: simulator.url, COLLATE_TOKEN: simulator.token };
    const { code, stdout } = await runProgram(['bot', 'check', '--json'], env);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout);
    expect(findings).toContainEqual({
      verdict: 'problem',
      text: "Cannot deactivate users and delete groups: no rule allows the operation Delete on user. Allow Delete on user in a policy of the bot's role. See docs/collate.md.",
    });
  });

  it('reports that DefaultBotRole is on the bot', async () => {
    await using simulator = await createCollateSimulator({ bot: 'default-role' });
    const env = { COLLATE_URL: simulator.url, COLLATE_TOKEN: simulator.token };
    const { code, stdout } = await runProgram(['bot', 'check'], env);
    expect(stdout).toContain('! DefaultBotRole is on the bot');
    expect(code).toBe(0);
  });
});

describe.each(['1.1', '1.12'] as const)('bot rotate, in a server of generation %s,', (generation) => {
  it('fails no request of a gateway that reads the token from the file', async () => {
    let clock = Date.now();
    await using simulator = await createCollateSimulator({ generation, bot: 'none', clock: () => clock });
    await runBot(simulator, 'create', '--token-file', file);
    const before = readFileSync(file, 'utf8');
    const token = 'a-token-of-the-test-that-is-long-enough-to-be-one';
    await using gateway = await startGateway({
      COLLATE_URL: simulator.url,
      COLLATE_TOKEN_FILE: file,
      SCIM_TOKEN: token,
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      CACHE_TTL_MS: '1',
    });
    const statuses: number[] = [];
    let rotates = true;
    const requests = (async () => {
      for (let index = 0; rotates; index += 1) {
        const user = { userName: `user${index}@example.com`, externalId: String(index) };
        statuses.push((await send(gateway.baseUrl, 'POST', '/Users', user)).status);
        await wait(100);
      }
    })();
    const rotation = runBot(simulator, 'rotate', '--token-file', file);
    while (readFileSync(file, 'utf8') === before) await wait(50);
    await wait(2_500);
    expect(new Set(statuses)).toEqual(new Set([201]));
    clock += 121_000;
    const { code, stderr } = await rotation;
    await wait(1_500);
    rotates = false;
    await requests;
    expect(stderr).toContain('Collate still accepts the old token only');
    expect(stderr).toContain('Collate accepts the new token.');
    expect(code).toBe(0);
    expect(statuses.length).toBeGreaterThan(10);
    expect(new Set(statuses)).toEqual(new Set([201]));
  });

  it('ends the old token at once for --revoke, and keeps the lifetime', async () => {
    await using simulator = await createCollateSimulator({ generation, bot: 'none' });
    await runBot(simulator, 'create', '--token-file', file, '--days', '30');
    const old = readFileSync(file, 'utf8').trim();
    const env = { COLLATE_URL: simulator.url };
    expect(await runProgram(['bot', 'check'], { ...env, COLLATE_TOKEN: old })).toMatchObject({ code: 0 });
    const { code, stdout } = await runBot(simulator, 'rotate', '--revoke', '--json');
    const { token, revoked } = JSON.parse(stdout);
    expect([code, revoked]).toEqual([0, true]);
    expect(await runProgram(['bot', 'check'], { ...env, COLLATE_TOKEN: token })).toMatchObject({ code: 0 });
    expect(await runProgram(['bot', 'check'], { ...env, COLLATE_TOKEN: old })).toMatchObject({ code: 1 });
    const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
    expect(exp - iat).toBe(30 * 24 * 60 * 60);
  });
});
