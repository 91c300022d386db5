import { readFileSync } from 'node:fs';

/** The committed rules. */
export const rulesFile = new URL('../../prometheus/rules/scim-gateway.yaml', import.meta.url);

/** A rule, as the text in the file. */
export interface Rule {
  readonly kind: 'record' | 'alert';
  readonly name: string;
  readonly text: string;
  /** The place of its expression in the text. */
  readonly expression: { readonly start: number; readonly end: number };
}

/** The rules in their order. The layout of the file is fixed, so a parser of YAML is not needed. */
export function readRules(text = readFileSync(rulesFile, 'utf8')): readonly Rule[] {
  const blocks = text.split(/^ {6}- (?=(?:record|alert): )/m).slice(1);
  return blocks.map((block) => {
    const [, kind, name] = /^(record|alert): (\S+)/.exec(block) ?? [];
    const whole = block.replace(/\n {2}- name: [\s\S]*$/, '\n');
    const start = whole.indexOf('        expr:') + '        expr:'.length;
    const rest = /\n {8}\w+:|\n\n|\n? *$/.exec(whole.slice(start));
    if ((kind !== 'record' && kind !== 'alert') || name === undefined || rest === null)
      throw new Error(`Not a rule: ${block.slice(0, 80)}`);
    return { kind, name, text: `      - ${whole}`, expression: { start: start + 8, end: start + 8 + rest.index } };
  });
}

/** The expression of a rule, comments included. */
export function expressionOf({ text, expression }: Rule): string {
  return text.slice(expression.start, expression.end).replace(/^ *\|/, '').trim();
}

/** A file with only these rules. */
export function toRulesFile(rules: readonly string[]): string {
  return `groups:\n  - name: rules\n    interval: 30s\n    rules:\n${rules.join('\n')}`;
}

/** The names of recorded series and metrics in a query. */
export function namesIn(query: string): readonly string[] {
  const bare = query.replaceAll(/#.*$/gm, '').replaceAll(/\{[^}]*\}/g, '');
  const names = bare.match(/(?<![\w:])(?:scim_gateway[_:]|nodejs_|process_|up\b)[\w:]*/g) ?? [];
  return [...new Set(names)];
}
