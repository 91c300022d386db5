import { isObject, loadRecording, type Recordings, uuid } from './recording.ts';
import type { Replay } from './replay.ts';

/** What the recordings show of an entity. */
interface Shown {
  readonly type: 'user' | 'team';
  readonly name: string;
  readonly more: object;
}

/**
 * Makes the entities that a request names although no recorded request has made them: the recordings lack the preparation of
 * races. Their names are those that recorded answers show.
 */
export function unrecordedEntities(folder: Recordings, files: readonly string[]) {
  const shown = new Map<string, Shown>();
  for (const file of files) for (const { response } of loadRecording(folder, file)) collect(response.body, shown);
  const prepare = async (text: string, replay: Replay): Promise<void> => {
    for (const id of new Set(text.match(uuid))) {
      const entity = shown.get(id);
      if (entity === undefined || replay.knows(id)) continue;
      const more = JSON.stringify(entity.more);
      await prepare(more, replay);
      replay.map(id, await make({ ...entity, more: JSON.parse(replay.translate(more)) }, replay));
    }
  };
  return prepare;
}

function collect(value: unknown, shown: Map<string, Shown>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, shown);
  if (!isObject(value)) return;
  const { id, name } = value;
  if (typeof id === 'string' && typeof name === 'string' && !shown.has(id)) {
    const entity = entityOf(name, value);
    if (entity !== undefined) shown.set(id, entity);
  }
  for (const item of Object.values(value)) collect(item, shown);
}

/** What an entity or a reference shows; a reference to an entity without a display name repeats the name. */
function entityOf(name: string, value: Readonly<Record<string, unknown>>): Shown | undefined {
  const { type, email, teamType, displayName, users } = value;
  const named = typeof displayName === 'string' && displayName !== name ? { displayName } : {};
  if (type === 'user' || email !== undefined)
    return { type: 'user', name, more: { email: `${name.replaceAll(' ', '.')}@example.com`, ...named } };
  if (type !== 'team' && teamType === undefined) return undefined;
  const ids = Array.isArray(users) ? users.flatMap((user) => (isObject(user) ? [String(user['id'])] : [])) : [];
  return { type: 'team', name, more: { teamType: teamType ?? 'Group', ...named, users: ids } };
}

/** @returns the id in the simulator. */
async function make({ type, name, more }: Shown, { simulator, botToken }: Replay): Promise<string> {
  const headers = { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' };
  const url = `${simulator.url}/api/v1/${type}s`;
  const made = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ name, ...more }) });
  const answer = made.ok ? made : await fetch(`${url}/name/${encodeURIComponent(name)}?include=all`, { headers });
  const entity: unknown = await answer.json();
  if (!isObject(entity) || typeof entity['id'] !== 'string')
    throw new Error(`cannot make the ${type} ${name}: ${JSON.stringify(entity)}`);
  return entity['id'];
}
