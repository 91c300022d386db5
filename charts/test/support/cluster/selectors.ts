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

/** The requirements in `?labelSelector=`, which are separated by commas outside parentheses. */
export function labelSelector(text: string): Test {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .filter((part) => part.trim() !== '')
    .map((part) => requirement(part.trim()));
  return (labels) => requirements.every((holds) => holds(labels));
}

/** Does a list or watch include this object? */
export function asksFor(query: URLSearchParams): (manifest: Manifest) => boolean {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const name = /(?:^|,)metadata\.name=([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
  return ({ metadata }) => labels(metadata.labels ?? {}) && (name === undefined || metadata.name === name);
}
