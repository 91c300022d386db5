import { expect, it } from 'vitest';
import { Digest } from './digest.ts';

const digestOf = (...texts: readonly string[]) => {
  const digest = new Digest();
  for (const text of texts) digest.add(text);
  return digest.toString();
};

it('is the same for the same texts, and harmless in a header', () => {
  expect(digestOf('ada', 'byron')).toBe(digestOf('ada', 'byron'));
  expect(digestOf('ada@example.com')).toMatch(/^[0-9a-z]{14}$/);
});

it('differs where texts are cut, ordered or written otherwise', () => {
  const all = [['ab', 'c'], ['a', 'bc'], ['abc'], ['c', 'ab'], ['abC'], ['abc', ''], ['', 'abc'], []];
  expect(new Set(all.map((texts) => digestOf(...texts))).size).toBe(all.length);
});

it('differs for a million texts that differ little', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 1_000_000; index += 1) seen.add(digestOf('userName', `user${index}@example.com`, 'true'));
  expect(seen.size).toBe(1_000_000);
});

it('changes half of its bits, more or less, with any one of the text', () => {
  const toBits = (text: string) =>
    [text.slice(0, 7), text.slice(7)].map((part) => Number.parseInt(part, 36).toString(2).padStart(32, '0')).join('');
  const counts = Array.from({ length: 2_000 }, (_, index) => {
    const text = `displayName ${index}`;
    const [one, other] = [toBits(digestOf(text)), toBits(digestOf(`${text.slice(0, -1)}x`))];
    return [...one].filter((bit, at) => bit !== other[at]).length;
  });
  const mean = counts.reduce((sum, each) => sum + each, 0) / counts.length;
  expect(mean).toBeGreaterThan(30);
  expect(mean).toBeLessThan(34);
});
