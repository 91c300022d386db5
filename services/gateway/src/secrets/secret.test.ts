import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecret, createWatchedFile } from './secret.ts';

describe('createSecret for a file', () => {
  let folder = '';
  let path = '';
  let now = 0;
  const clock = () => now;
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  const rotate = (text: string) => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secret-'));
    path = join(folder, 'token');
    writeFileSync(path, 'first\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('returns the new content of a changed file within a second', () => {
    const secret = createSecret({ kind: 'file', path }, { clock });
    expect(secret()).toBe('first');
    rotate('second\n');
    pass(1_000);
    expect(secret()).toBe('second');
  });

  it('checks the file at most once a second', () => {
    const secret = createSecret({ kind: 'file', path }, { clock });
    rotate('second');
    pass(999);
    expect(secret()).toBe('first');
  });

  it('keeps the last good content, reports each failure once, and recovers', () => {
    const events: string[] = [];
    const observer = { onReload: () => events.push('reload'), onFailure: () => events.push('failure') };
    const secret = createSecret({ kind: 'file', path }, { clock, observer });
    rotate(' \n');
    for (let seconds = 0; seconds < 3; seconds++) {
      pass(1_000);
      expect(secret()).toBe('first');
    }
    rotate('third');
    pass(1_000);
    expect(secret()).toBe('third');
    expect(events).toEqual(['failure', 'reload']);
  });

  it('keeps the content of a file that is missing for a while', () => {
    let failures = 0;
    const read = createWatchedFile(path, (text) => text, { clock, observer: { onFailure: () => failures++ } });
    rmSync(path);
    pass(1_000);
    expect(read()).toBe('first\n');
    expect(failures).toBe(1);
    writeFileSync(path, 'back');
    pass(1_000);
    expect(read()).toBe('back');
  });

  it('reports a reload when a missing file returns unchanged', () => {
    const events: string[] = [];
    const observer = { onReload: () => events.push('reload'), onFailure: () => events.push('failure') };
    const read = createWatchedFile(path, (text) => text, { clock, observer });
    renameSync(path, `${path}.away`);
    pass(1_000);
    read();
    renameSync(`${path}.away`, path);
    for (let seconds = 0; seconds < 3; seconds++) {
      pass(1_000);
      expect(read()).toBe('first\n');
    }
    expect(events).toEqual(['failure', 'reload']);
  });

  it('throws without the file at the start', () => {
    expect(() => createSecret({ kind: 'file', path: join(folder, 'absent') }, { clock })).toThrow('ENOENT');
  });
});
