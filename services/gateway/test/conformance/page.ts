import { readdirSync, readFileSync } from 'node:fs';

/** One requirement of the RFCs on a service provider. */
interface Row {
  readonly id: string;
  readonly part: string;
  readonly source: string;
  readonly level: string;
  readonly requirement: string;
  /** Why no test has its number. */
  readonly untested?: string;
  /** What the gateway does where the RFC leaves a choice, or what the test does not prove. */
  readonly remark?: string;
}

const folder = new URL('./', import.meta.url);

/** The requirements of RFC 7643, 7644, 9865, 9944 and 9967, with numbers of this project. */
export function readChecklist(): readonly Row[] {
  return JSON.parse(readFileSync(new URL('checklist.json', folder), 'utf8'));
}

/** The titles of the tests that have each number. */
export function findTests(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()) {
    for (const [, quoted = ''] of readFileSync(new URL(file, folder), 'utf8').matchAll(/\bit\(\s*'([^']+)'/g)) {
      const numbers = quoted.match(/RFC-R\d{3}/g) ?? [];
      const sentence = quoted.replace(/^(?:(?:RFC|SEC)-R\d+ )+/, '');
      for (const number of numbers) {
        const id = number.slice('RFC-'.length);
        found.set(id, [...(found.get(id) ?? []), sentence]);
      }
    }
  }
  return found;
}

/** The text of `docs/conformance.md`. */
export function renderPage(): string {
  const tests = findTests();
  const rows = readChecklist();
  const parts = [...new Set(rows.map(({ part }) => part))].map((part) => {
    const lines = rows
      .filter((row) => row.part === part)
      .map((row) => `| ${row.id} | ${row.source} | ${row.level} | ${row.requirement} | ${proofOf(row, tests)} |`);
    return `## ${part}\n\n| id | source | level | requirement | proof |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  return `${head}\n${parts.join('\n')}`;
}

function proofOf({ id, untested, remark }: Row, tests: ReadonlyMap<string, readonly string[]>): string {
  const sentences = tests.get(id)?.map((sentence) => `✓ ${sentence}`) ?? [];
  const notes = [untested, remark].flatMap((note) => (note === undefined ? [] : [`— ${note}`]));
  return [...sentences, ...notes].join('; ');
}

const head = `# Conformance

This page lists what the SCIM RFCs require of a service provider. Each requirement has the test that proves it against
the built gateway, or a reason why there is no test. A test's title contains the number (\`RFC-<id>\`);
\`npm test\` runs them all. Section numbers without an RFC number refer to RFC 7644. The page is generated, and a test
compares it: \`UPDATE=1 npx vitest run --project gateway conformance/page\` writes it.
`;
