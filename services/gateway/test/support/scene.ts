import type { Answer, ScimRequest, Stand } from './stand.ts';

/** Where a scene is set: a Collate, and a gateway that things are provisioned through. */
export type Stage = Pick<Stand, 'simulator' | 'keepsDocuments' | 'calm'>;

/** Sets a stage: what a provider provisioned before, what came into Collate by other ways. */
export interface Scene {
  readonly stand: Stage;
  /** A user `NAME@example.com`, made through SCIM. @returns its id. */
  user(name: string, fields?: object): Promise<string>;
  /** A group made through SCIM. @returns its id. */
  group(displayName: string, members?: readonly string[]): Promise<string>;
  /** Sends a request, which has to succeed. */
  do(...request: ScimRequest): Promise<Answer>;
  /** Somebody who came by single sign-on. @returns the account's id. */
  newcomer(name: string): string;
  /** A team that somebody made in Collate. @returns its id. */
  team(name: string, members?: readonly string[], teamType?: string): string;
}

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The body of a PATCH. */
export function patchOf(...operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

/** A user as providers send one; the given name is one that the display name does not give back, so that it needs a document. */
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

/** @throws Error when something of the stage cannot be set. */
export function createScene(stand: Stage): Scene {
  const send = async (...request: ScimRequest): Promise<Answer> => {
    const answer = await stand.calm.ask(request);
    if (answer.status >= 300)
      throw new Error(`${request[0]} ${request[1]} failed: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  return {
    stand,
    do: send,
    user: async (name, fields) => idOf(await send('POST', '/Users', userOf(name, fields))),
    group: async (displayName, members) => idOf(await send('POST', '/Groups', groupOf(displayName, members))),
    newcomer: (name) =>
      stand.simulator
        .state()
        .insertUser({ name, email: `${name}@example.com`, displayName: `${name} Sso`, isAdmin: false }, name).id,
    team: (name, members = [], teamType = 'Group') => {
      const state = stand.simulator.state();
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
