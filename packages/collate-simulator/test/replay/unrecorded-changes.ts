import { bearer } from '../bots.ts';
import { type Client, idOf } from '../client.ts';

/** Makes the nine changes whose events file 28 lists, in the order of its summary. */
export async function makeUnrecordedChanges({ call }: Client, token: string): Promise<void> {
  const headers = bearer(token);
  const person = { name: 'ev.person', email: 'ev.person@example.com', displayName: 'Ev' };
  const user = idOf(await call('POST', 'users', person, headers));
  const team = idOf(await call('POST', 'teams', { name: 'EvTeam', teamType: 'Group' }, headers));
  await call('PATCH', `users/${user}`, [{ op: 'add', path: '/displayName', value: 'Ev2' }], headers);
  await call('PUT', 'teams/EvTeam/assets/add', { assets: [{ id: user, type: 'user' }] }, headers);
  await call('DELETE', `teams/${team}/users/${user}`, undefined, headers);
  await call('PATCH', `users/${user}`, [{ op: 'add', path: '/teams', value: [{ id: team, type: 'team' }] }], headers);
  await call('DELETE', `users/${user}`, undefined, headers);
  await call('PUT', 'users/restore', { id: user }, headers);
  await call('DELETE', `users/${user}?hardDelete=true`, undefined, headers);
}
