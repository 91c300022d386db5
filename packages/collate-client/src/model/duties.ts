import type { Capabilities } from './capabilities.ts';
import type { Permission, RightsResource } from './rights.ts';

/** The parts of provisioning that need permissions of their own. */
export const duties = [
  'reading',
  'creation',
  'deletion',
  'restoration',
  'membership',
  'display-names',
  'documents',
] as const;
export type Duty = (typeof duties)[number];

/** The permissions that the bot needs for a duty, all of them. */
export function permissionsFor(
  duty: Duty,
  { membershipEndpoints }: Pick<Capabilities, 'membershipEndpoints'>,
): readonly Permission[] {
  switch (duty) {
    case 'reading':
      // Reading a user takes less than reading a team.
      return [...on('user', 'ViewBasic'), ...on('team', 'ViewAll')];
    case 'creation':
      return [...on('user', 'Create'), ...on('team', 'Create')];
    case 'deletion':
      return [...on('user', 'Delete'), ...on('team', 'Delete')];
    case 'restoration':
      return [...on('user', 'EditAll'), ...on('team', 'EditAll')];
    case 'membership':
      return membershipEndpoints ? on('team', 'EditAll', 'EditUsers') : on('user', 'EditTeams');
    case 'display-names':
      return [...on('user', 'EditDisplayName'), ...on('team', 'EditDisplayName')];
    case 'documents':
      return on('document', 'ViewBasic', 'Create', 'EditAll', 'Delete');
  }
}

function on(resource: RightsResource, ...operations: readonly string[]): readonly Permission[] {
  return operations.map((operation) => ({ resource, operation }));
}
