import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecret, createWatchedFile } from './secret.ts';

describe('a secret from a file', () => {
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

  it('follows the file within a second', () => {
    const secret = createSecret({ kind: 'file', path }, { clock });
    expect(secret()).toBe('first');
    rotate('second\n');
    pass(1_000);
    expect(secret()).toBe('second');
  });

  it('does not look at the file more often than once a second', () => {
    const secret = createSecret({ kind: 'file', path }, { clock });
    rotate('second');
    pass(999);
    expect(secret()).toBe('first');
  });

  it('keeps the last good content, tells each failure once, and recovers', () => {
    const told: string[] = [];
    const observer = { onReload: () => told.push('reload'), onFailure: () => told.push('failure') };
    const secret = createSecret({ kind: 'file', path }, { clock, observer });
    rotate(' \n');
    for (let seconds = 0; seconds < 3; seconds++) {
      pass(1_000);
      expect(secret()).toBe('first');
    }
    rotate('third');
    pass(1_000);
    expect(secret()).toBe('third');
    expect(told).toEqual(['failure', 'reload']);
  });

  it('survives the file being away for a while', () => {
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

  it('tells when a file that was away has come back as it was', () => {
    const told: string[] = [];
    const observer = { onReload: () => told.push('reload'), onFailure: () => told.push('failure') };
    const read = createWatchedFile(path, (text) => text, { clock, observer });
    renameSync(path, `${path}.away`);
    pass(1_000);
    read();
    renameSync(`${path}.away`, path);
    for (let seconds = 0; seconds < 3; seconds++) {
      pass(1_000);
      expect(read()).toBe('first\n');
    }
    expect(told).toEqual(['failure', 'reload']);
  });

  it('cannot begin without the file', () => {
    expect(() => createSecret({ kind: 'file', path: join(folder, 'absent') }, { clock })).toThrow('ENOENT');
  });
});
