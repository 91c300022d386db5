import type { Answer, ReplicasHarness, ScimRequest } from './replicas-harness.ts';

/** The Collate and the gateway in which fixtures are created. */
export type FixtureTarget = Pick<ReplicasHarness, 'simulator' | 'keepsDocuments' | 'calm'>;

/** Creates the state before a test: resources provisioned through SCIM, and entities created in Collate. */
export interface Fixtures {
  readonly harness: FixtureTarget;
  /** Creates the user `NAME@example.com` through SCIM. @returns its id. */
  user(name: string, fields?: object): Promise<string>;
  /** Creates a group through SCIM. @returns its id. */
  group(displayName: string, members?: readonly string[]): Promise<string>;
  /** Sends a request. @throws Error when it fails. */
  do(...request: ScimRequest): Promise<Answer>;
  /** Creates an account as single sign-on does. @returns its id. */
  newcomer(name: string): string;
  /** Creates a team in Collate. @returns its id. */
  team(name: string, members?: readonly string[], teamType?: string): string;
}

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The body of a PATCH. */
export function patchOf(...operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

/** A user as providers send one. Its given name differs from the display name's first word, so it needs a document. */
export function userOf(name: string, fields: object = {}): object {
  return {
    schemas: [userSchema],
    userName: `${name}@example.com`,
    externalId: `ext-${name}`,
    displayName: `${name} Example`,
    name: { givenName: `${name} Maria`, familyName: 'Example' },
    active: true,
    ...fields,
  };
}

/** A group as providers send one. */
export function groupOf(displayName: string, members: readonly string[] = [], fields: object = {}): object {
  return { schemas: [groupSchema], displayName, members: members.map((value) => ({ value })), ...fields };
}

/** Fixtures for a target; its functions throw when a fixture cannot be created. */
export function createFixtures(harness: FixtureTarget): Fixtures {
  const send = async (...request: ScimRequest): Promise<Answer> => {
    const answer = await harness.calm.ask(request);
    if (answer.status >= 300)
      throw new Error(`${request[0]} ${request[1]} failed: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  return {
    harness,
    do: send,
    user: async (name, fields) => idOf(await send('POST', '/Users', userOf(name, fields))),
    group: async (displayName, members) => idOf(await send('POST', '/Groups', groupOf(displayName, members))),
    newcomer: (name) =>
      harness.simulator
        .state()
        .insertUser({ name, email: `${name}@example.com`, displayName: `${name} Sso`, isAdmin: false }, name).id,
    team: (name, members = [], teamType = 'Group') => {
      const state = harness.simulator.state();
      const { id } = state.insertTeam({ name, displayName: name, teamType }, 'admin');
      for (const member of members) state.memberships.add(id, member);
      return id;
    },
  };
}

/** The id of the resource in an answer. */
export function idOf({ body }: Answer): string {
  return String((body as { readonly id?: unknown } | undefined)?.id);
}
