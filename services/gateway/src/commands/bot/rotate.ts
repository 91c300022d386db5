import { setTimeout as wait } from 'node:timers/promises';
import type { Collate, CollateClient } from '@scim-gateway/collate-client';
import { CollateError, type TokenLifetime, tokenLifetimes, type UserId } from '@scim-gateway/collate-client/model';
import { CommandError } from '../command-error.ts';
import { asAdministrator } from './administrator.ts';
import { deliverToken, type TokenTarget } from './deliver-token.ts';

/** What the operator asks "bot rotate" for. */
export interface RotateOptions {
  readonly name: string;
  /** Undefined for the lifetime of the old token. */
  readonly lifetime: TokenLifetime | undefined;
  readonly adminTokenFile: string | undefined;
  readonly target: TokenTarget;
  readonly output: 'text' | 'json';
  /** `bridge`: the old token is valid until the new one is. `revoke`: the old one ends at once. */
  readonly mode: 'bridge' | 'revoke';
}

/** Servers cache a bot's token for two minutes. Some seconds more, because clocks and schedules are not exact. */
const longestCacheMs = 150_000;
const askAgainMs = 2_000;

/**
 * Replaces the bot's token and delivers the new one at once, since a running gateway needs it before the server's cache
 * lets go of the old one. Then waits until the server accepts the new one.
 */
export function rotateToken(options: RotateOptions): Promise<void> {
  return asAdministrator(options.adminTokenFile, async ({ client, collate }) => {
    const id = await findBot(options.name, collate);
    const token = await replaceToken(id, options, collate);
    const delivered = deliverToken(token, options.target);
    process.stdout.write(options.output === 'json' ? toJson(token, options) : delivered);
    await waitUntilAccepted(token, client);
  });
}

async function findBot(name: string, { users }: Collate): Promise<UserId> {
  const user = await users.find(name);
  if (user?.isBot === true) return user.id;
  throw new CommandError(`Collate has no bot with the user "${name}". Give its name with --name.`);
}

async function replaceToken(
  id: UserId,
  { lifetime, mode }: RotateOptions,
  { administration }: Collate,
): Promise<string> {
  const old = await administration.readToken(id);
  if (mode === 'revoke') await administration.revokeToken(id);
  await administration.generateToken(id, lifetime ?? toLifetime(old?.lifetime));
  const made = await administration.readToken(id);
  if (made === undefined || made.token === old?.token)
    throw new CommandError('Collate generated a token and does not show it. Look at the bot in Collate.');
  return made.token;
}

function toLifetime(text: string | undefined): TokenLifetime {
  return tokenLifetimes.find((lifetime) => lifetime === text) ?? 'Unlimited';
}

function toJson(token: string, { name, mode, target }: RotateOptions): string {
  const shown = target.kind === 'output' ? { token } : {};
  return `${JSON.stringify({ bot: name, revoked: mode === 'revoke', ...shown })}\n`;
}

async function waitUntilAccepted(token: string, client: CollateClient): Promise<void> {
  const collate = client.as(() => token).bind();
  const until = Date.now() + longestCacheMs;
  if (!(await isAccepted(collate)))
    process.stderr.write(
      'Collate still accepts the old token only, for up to two minutes. A gateway that has the new one in its file by then uses both.\n',
    );
  while (!(await isAccepted(collate))) {
    if (Date.now() > until)
      throw new CommandError(
        'Collate does not accept the new token after two and a half minutes. The token is delivered; run "scim-gateway bot check" with it.',
      );
    await wait(askAgainMs);
  }
  process.stderr.write('Collate accepts the new token.\n');
}

async function isAccepted(collate: Collate): Promise<boolean> {
  try {
    await collate.system.loggedInUser();
    return true;
  } catch (error) {
    if (error instanceof CollateError && error.kind === 'unauthorized') return false;
    throw error;
  }
}
