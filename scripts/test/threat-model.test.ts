import { describe, expect, it } from 'vitest';
import { listFiles, readText } from './support/repository.ts';

/** A rule and a file that proves it, as one text. */
type Proof = `SEC-R${string} in ${string}`;

/** Rule numbers at the beginning of the title of a test, behind the numbers of the RFC demands that it proves. */
const numberedTitle = /['"`](?:RFC-R\d+ )*((?:SEC-R\d+(?:, | |: )?)+)/g;

function numbersIn(text: string): readonly string[] {
  return text.match(/SEC-R\d+/g) ?? [];
}

function readProofsOfTests(): readonly Proof[] {
  return listFiles()
    .filter((path) => /\.(?:test|delivery)\.ts$/.test(path) && !path.startsWith('scripts/'))
    .flatMap((path) => [...readText(path).matchAll(numberedTitle)].flatMap(([, title = '']) => toProofs(title, path)));
}

function readProofsOfDocument(): readonly Proof[] {
  const rows = readText('THREAT_MODEL.md').matchAll(/^\| (SEC-R\d+) \| [^|]+ \| ([^|]+) \|$/gm);
  return [...rows].flatMap(([, rule = '', files = '']) =>
    [...files.matchAll(/`([^`]+)`/g)].flatMap(([, file = '']) => toProofs(rule, file)),
  );
}

function toProofs(numbers: string, path: string): readonly Proof[] {
  return numbersIn(numbers).map((number) => `${number} in ${path}` as Proof);
}

describe('THREAT_MODEL.md', () => {
  it('lists each test whose title has the number of a rule, and no other test', () => {
    const listed = readProofsOfDocument();
    expect(listed.length).toBeGreaterThan(20);
    expect(listed.toSorted()).toEqual([...new Set(readProofsOfTests())].toSorted());
  });
});
