import type { Rule } from './rules.ts';

/** A rule with one change. */
export interface Mutant {
  readonly rule: Rule;
  readonly change: string;
  readonly text: string;
}

const opposites: Readonly<Record<string, string>> = {
  '>': '<',
  '<': '>',
  '>=': '<',
  '<=': '>',
  '==': '!=',
  '!=': '==',
};

/** Every threshold doubled and halved (0 becomes 1), every comparison reversed, every `for` doubled and halved. */
export function mutate(rule: Rule): readonly Mutant[] {
  const { start, end } = rule.expression;
  const expression = rule.text.slice(start, end);
  const hidden = hide(expression);
  const replace = (at: number, length: number, by: string): Mutant => {
    const line = expression.slice(0, at).split('\n').length;
    const before = expression.slice(at, at + length);
    const text = rule.text.slice(0, start + at) + by + rule.text.slice(start + at + length);
    return { rule, change: `line ${line} of the expression: ${before} → ${by}`, text };
  };
  const comparisons = [...hidden.matchAll(/[<>]=?|[=!]=/g)].map(({ 0: sign, index }) =>
    replace(index, sign.length, opposites[sign] ?? sign),
  );
  const numbers = [...hidden.matchAll(/(?<![\w:.])\d+(?:\.\d+)?(?![\w:.])/g)].flatMap(({ 0: number, index }) => {
    if (Number(number) !== 0)
      return [2, 0.5].map((factor) => replace(index, number.length, String(Number(number) * factor)));
    // A 0 that is not a threshold has no mutant.
    return /[<>=] (?:bool )?$/.test(hidden.slice(0, index)) ? [replace(index, 1, '1')] : [];
  });
  return [...comparisons, ...numbers, ...mutateDuration(rule)];
}

function mutateDuration(rule: Rule): readonly Mutant[] {
  const found = /\n {8}for: (\d+)(m|h)\n/.exec(rule.text);
  if (found === null) return [];
  const [whole, count, unit] = found;
  const seconds = Number(count) * (unit === 'h' ? 3600 : 60);
  return [2, 0.5].map((factor) => ({
    rule,
    change: `for: ${count}${unit} → ${seconds * factor}s`,
    text: rule.text.replace(whole, `\n        for: ${seconds * factor}s\n`),
  }));
}

/** The expression with blanks in place of everything except thresholds and comparisons: matchers, ranges, comments, label lists. */
function hide(expression: string): string {
  return expression.replaceAll(/#.*$|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|ignoring) \([^)]*\)/gm, (part) =>
    part.replaceAll(/[^\n]/g, ' '),
  );
}
