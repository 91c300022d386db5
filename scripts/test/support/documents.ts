import { posix } from 'node:path';
import { listFiles, readText } from './repository.ts';

/** A Markdown document: its path, and its text. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Folders whose documents describe material of others, which is kept as it came. */
const foreign = ['packages/collate-simulator/schemas/', 'packages/collate-simulator/test/recordings/'];

/** Every document of the project. */
export function listDocuments(): readonly Document[] {
  return listFiles()
    .filter((path) => path.endsWith('.md') && !foreign.some((folder) => path.startsWith(folder)))
    .map((path) => ({ path, text: readText(path) }));
}

/** The lines of prose with their numbers, without code blocks, tables, link definitions and comments. */
export function proseOf({ text }: Document): readonly { readonly number: number; readonly line: string }[] {
  let inCode = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) inCode = !inCode;
    return inCode || /^\s*(?:```|\||<!--|\[[^\]]+\]: )/.test(line) ? [] : [{ number: index + 1, line }];
  });
}

/** What stands between backticks in the text, code blocks left out. */
export function codeSpansOf({ text }: Document): readonly string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The document without its code blocks. */
export function withoutBlocks(text: string): string {
  return text.replaceAll(/^\s*```[\s\S]*?^\s*```$/gm, '');
}

/** Where the document's relative links lead: a path from the root, and an anchor. */
export function linksOf({ path, text }: Document): readonly { readonly target: string; readonly anchor: string }[] {
  return [...withoutBlocks(text).matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([, file = '', anchor = '']) => ({
      target: file === '' ? path : posix.join(posix.dirname(path), file),
      anchor,
    }),
  );
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The sentences and clauses of a document's prose and tables, each code span and link as one word. */
export function sentencesOf({ text }: Document): readonly string[] {
  return withoutBlocks(text)
    .replaceAll(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, 'x')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)|\n(?=\|)|\|/)
    .flatMap((paragraph) => paragraph.replaceAll(/\s+/g, ' ').split(/(?<=[.!?:;])\s/));
}
