import { readFileSync } from 'node:fs';

/** A page of docs/. */
export const readDocument = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The Prometheus queries in a page: blocks, and inline code with a metric of the gateway. */
export function queriesIn(page: string): readonly string[] {
  const blocks = [...page.matchAll(/```promql\n([\s\S]*?)\n```/g)].map(([, query = '']) => query);
  const inline = [...page.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return [
    ...blocks,
    ...inline.filter((code) => /(?:scim_gateway[_:]\w|nodejs_\w|process_\w|up\{)/.test(code) && !/[…*]/.test(code)),
  ];
}

/** The names of metrics in a page. */
export function metricsIn(page: string): readonly string[] {
  const names = page.match(/(?<![\w:])(?:scim_gateway_|nodejs_|process_)\w+/g) ?? [];
  return [...new Set(names)].filter((name) => !name.endsWith('_'));
}
