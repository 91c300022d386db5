import { expect, it } from 'vitest';
import { parseTeamId, parseUserId } from './ids.ts';

it('parseUserId and parseTeamId accept a UUID in any case, and nothing else', () => {
  for (const parse of [parseUserId, parseTeamId]) {
    expect(parse('6F1C0000-0000-4000-A000-00000000000A')).toBe('6f1c0000-0000-4000-a000-00000000000a');
    for (const text of [
      '',
      '1',
      '1-1-1-1-1',
      ' 6f1c0000-0000-4000-a000-00000000000a',
      '6f1c0000-0000-4000-a000-00000000000a\n',
    ])
      expect(parse(text)).toBeUndefined();
  }
});
