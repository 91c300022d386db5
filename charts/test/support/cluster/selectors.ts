import type { Manifest } from '../helm.ts';

type Test = (labels: Readonly<Record<string, string>>) => boolean;

function requirement(text: string): Test {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, name = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[name] ?? '') === (operator === 'in');
  }
  const equality = /^([^=!]+)(==|=|!=)(.*)$/.exec(text);
  if (equality) {
    const [, name = '', operator, value] = equality;
    return (labels) => (labels[name] === value) === (operator !== '!=');
  }
  return text.startsWith('!')
    ? (labels) => labels[text.slice(1)] === undefined
    : (labels) => labels[text] !== undefined;
}

/** What `?labelSelector=` asks for: requirements apart by commas, but not by those in parentheses. */
export function labelSelector(text: string): Test {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .filter((part) => part.trim() !== '')
    .map((part) => requirement(part.trim()));
  return (labels) => requirements.every((holds) => holds(labels));
}

/** Whether an object is among those that a list or watch asks for. */
export function asksFor(query: URLSearchParams): (manifest: Manifest) => boolean {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const name = /(?:^|,)metadata\.name=([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
  return ({ metadata }) => labels(metadata.labels ?? {}) && (name === undefined || metadata.name === name);
}
