import type { Capabilities } from '@scim-gateway/collate-client';
import { type Duty, describeRefusal, duties, permissionsFor, wayOutOf } from '@scim-gateway/collate-client/model';
import type { Finding } from './finding.ts';

/** What does not work without the permissions of a duty. */
const consequences: Readonly<Record<Duty, string>> = {
  reading: 'Cannot read users and teams',
  creation: 'Cannot create users and teams',
  deletion: 'Cannot deactivate users and delete groups',
  restoration: 'Cannot reactivate users and restore groups',
  membership: 'Cannot change the members of teams',
  'display-names':
    'Cannot change display names, which are remembered in the document store instead while Collate shows the old ones',
  documents: 'Cannot use the document store',
};

/** The gateway serves every request without these; the provider's values are remembered elsewhere, or less is. */
const dispensable: ReadonlySet<Duty> = new Set(['display-names', 'documents']);

/** Which rights the bot lacks, and what to do about each. */
export function* examineRights(capabilities: Capabilities): Iterable<Finding> {
  const { rights } = capabilities;
  if (!rights.areKnown) {
    yield { verdict: 'note', text: 'Collate does not report what the bot may do, so its rights are not checked.' };
    return;
  }
  const findings = duties.flatMap((duty) => examineDuty(duty, capabilities));
  if (findings.length === 0) yield { verdict: 'ok', text: 'The bot has every right that the gateway needs.' };
  yield* findings;
}

function examineDuty(duty: Duty, capabilities: Capabilities): readonly Finding[] {
  return permissionsFor(duty, capabilities).flatMap((permission) => {
    const refusal = capabilities.rights.refusalOf(permission);
    if (refusal === undefined) return [];
    const text = `${consequences[duty]}: ${describeRefusal(refusal)}. ${wayOutOf(refusal)} See docs/collate.md.`;
    return [{ verdict: dispensable.has(duty) ? 'note' : 'problem', text }];
  });
}
