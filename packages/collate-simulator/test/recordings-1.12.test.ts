import { beforeAll, describe, expect, it } from 'vitest';
import { startClient } from './client.ts';
import { compareAnswers } from './replay/compare.ts';
import { deviations, incomparable } from './replay/deviations-1.12.ts';
import type { Exchange } from './replay/recording.ts';
import { Replay } from './replay/replay.ts';
import { unrecordedEntities } from './replay/unrecorded.ts';
import { makeUnrecordedBots } from './replay/unrecorded-bots.ts';
import { makeUnrecordedChanges } from './replay/unrecorded-changes.ts';

const folder = 'openmetadata-1.12';

/** Not replayed: timings with shortened bodies (11), basic mode (15), races (17, 20), summaries without exchanges (27, 29). */
const files = [
  '00-bootstrap',
  '01-users-create',
  '02-teams-create',
  '03-get-list',
  '04-patch-users',
  '05-patch-teams',
  '06-membership',
  '07-concurrency',
  '08-delete-restore',
  '09-team-types',
  '10-errors-auth',
  '10b-errors-bodies',
  '10c-token-rotation',
  '12-events',
  '13-login-matching',
  '14-policy-operations',
  '16-more-races-and-bad-rows',
  '18-extra',
  '19-patch-order',
  '21-membership-endpoints',
  '22-docstore',
  '23-permissions',
  '24-roles',
  '25-etag',
  '26-restore',
  '28-events',
  '30-bots',
  '31-extra',
];

/** The `timestamp` in the requests of file 28, milliseconds before the first of its changes. */
const eventsRecordedAt = 1_795_802_437_418;

/** Parallel calls, whose preparation is not recorded: races.test.ts and memberships.test.ts check their invariants. */
function isRace(id: string, { note }: Exchange): boolean {
  return id.startsWith('07#') && (/^[A-I]\b/.test(note) || note.startsWith('create team ConcTeam'));
}

describe('the replayed recordings of a real 1.12.6 server', () => {
  let replay: Replay;

  beforeAll(async () => {
    let elapsed = 0;
    let offset = eventsRecordedAt - 3_600_000 - Date.now();
    await using client = await startClient({ bot: 'none', clock: () => Date.now() + offset + elapsed });
    replay = new Replay(client.simulator, {
      folder,
      compare: compareAnswers,
      skips: isRace,
      setElapsed: (milliseconds) => {
        elapsed = milliseconds;
      },
      prepare: unrecordedEntities(folder, files),
    });
    for (const file of files) {
      elapsed = 0;
      if (file === '22-docstore') await makeUnrecordedBots(client);
      if (file === '28-events') {
        offset = eventsRecordedAt - Date.now();
        await makeUnrecordedChanges(client, replay.botToken);
      }
      await replay.play(file);
    }
  }, 180_000);

  it('get the same answers, except for the listed deviations', () => {
    const listed = { ...incomparable, ...deviations };
    expect(replay.mismatches.filter(({ id }) => listed[id] === undefined)).toEqual([]);
  });

  it('differ in every exchange that the list of deviations names', () => {
    const ids = new Set(replay.mismatches.map(({ id }) => id));
    expect(Object.keys({ ...incomparable, ...deviations }).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('differ in fewer than one exchange in twenty that can be compared', () => {
    expect(replay.exchanges).toBe(1469);
    const compared = replay.exchanges - Object.keys(incomparable).length;
    expect(Object.keys(deviations).length / compared).toBeLessThan(0.05);
  });
});
