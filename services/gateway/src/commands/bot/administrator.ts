import {
  type Collate,
  type CollateClient,
  type CollateClientOptions,
  createCollateClient,
  type User,
} from '@scim-gateway/collate-client';
import { CollateError } from '@scim-gateway/collate-client/model';
import { loadConfigWithoutToken } from '../../config/load.ts';
import { CommandError } from '../command-error.ts';
import { explain } from '../finding.ts';
import { readAdminToken } from './admin-token.ts';

/** A connection to Collate as an administrator. */
export interface Administrator {
  readonly client: CollateClient;
  readonly collate: Collate;
  readonly self: User;
}

/**
 * Runs the work as the administrator whose token the operator gives.
 *
 * @throws CommandError when Collate does not know the token, or it is not an administrator's, or a call fails.
 */
export async function asAdministrator(
  tokenFile: string | undefined,
  work: (administrator: Administrator) => Promise<void>,
): Promise<void> {
  const { url } = loadConfigWithoutToken().collate;
  const token = await readAdminToken(tokenFile);
  const options: CollateClientOptions = { baseUrl: url, token: () => token, retries: { attempts: 1 } };
  await using client = createCollateClient(options);
  const collate = client.bind();
  try {
    const self = await collate.system.loggedInUser();
    if (!self.isAdmin)
      throw new CommandError(`The token belongs to ${self.name}, who is no administrator of Collate. Use another one.`);
    await work({ client, collate, self });
  } catch (error) {
    if (error instanceof CollateError) throw new CommandError(toFailure(error), { cause: error });
    throw error;
  }
}

/** Calls that were made before the failure stay made; a repetition continues after them. */
function toFailure(error: CollateError): string {
  if (error.kind === 'unauthorized')
    return "Collate does not accept the administrator's token. Copy it again: in Collate it is under your name, Access Token.";
  return `Collate failed at ${error.operation}: ${explain(error)}. Remove the cause and run the command again: it continues.`;
}
