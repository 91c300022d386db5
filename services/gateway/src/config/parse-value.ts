import Type, { type TSchema } from 'typebox';
import Value from 'typebox/value';
import type { Variable } from './variable.ts';

/** Parses a variable's text by its type; undefined for an invalid text. */
export function parseValue(text: string, variable: Variable): unknown {
  const value = read(text, variable.type);
  return value !== undefined && Value.Check(variable.type, value) ? value : undefined;
}

function read(text: string, type: TSchema): unknown {
  if (Type.IsInteger(type)) return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
  if (Type.IsNumber(type)) return /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(text) ? Number(text) : undefined;
  if (Type.IsBoolean(type)) return booleans.get(text.toLowerCase());
  if (Type.IsArray(type)) return readList(text);
  return text;
}

const booleans = new Map([
  ['true', true],
  ['false', false],
]);

function readList(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Describes what a variable accepts, to follow "it must be". */
export function describeAccepted({ type, accepts }: Variable): string {
  if (accepts !== undefined) return accepts;
  if (Type.IsInteger(type)) return `a whole number${describeBounds(type)}`;
  if (Type.IsNumber(type)) return `a number${describeBounds(type)}`;
  if (Type.IsBoolean(type)) return 'true or false';
  if (Type.IsArray(type)) return 'a comma-separated list';
  if (Type.IsEnum(type)) return `one of ${type.enum.join(', ')}`;
  return 'any text';
}

function describeBounds(type: TSchema): string {
  const from = 'minimum' in type ? ` from ${type.minimum}` : '';
  const to = 'maximum' in type ? ` to ${type.maximum}` : '';
  return from + to;
}
