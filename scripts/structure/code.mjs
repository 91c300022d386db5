// Counts what makes product code hard to read: long functions, long parameter lists, boolean parameters, casts.
import { walk } from './source.mjs';

/** The most lines that a function may have, counted as biome counts them. */
export const maxLines = 40;
/** The most parameters that a function may have. */
export const maxParameters = 4;

/** The kinds of finding, each with its title in the table. */
export const codeKinds = {
  longFunctions: `functions over ${maxLines} lines`,
  longParameterLists: `parameter lists over ${maxParameters}`,
  booleanParameters: 'boolean parameters',
  casts: 'type casts (as X, <X>y)',
  nonNullAssertions: 'non-null assertions',
  anyTypes: 'uses of any',
};

/** Findings of one parsed file: kind, line, and the code or name that was found. */
export function measureCode(file) {
  const found = [];
  const add = (kind, node, text) => found.push({ kind, path: file.path, line: file.lineAt(node.start), text });
  walk(file.program, (node, parent) => {
    if (node.params !== undefined) measureFunction(file, node, parent, add);
    else if (isCast(node)) add('casts', node, shorten(file.text.slice(node.start, node.end)));
    else if (node.type === 'TSNonNullExpression') add('nonNullAssertions', node, file.text.slice(node.start, node.end));
    else if (node.type === 'TSAnyKeyword') add('anyTypes', node, 'any');
  });
  return found;
}

function measureFunction(file, node, parent, add) {
  if (!Array.isArray(node.params) || node.type.startsWith('TSTypeParameter')) return;
  const name = nameOf(node, parent);
  const parameters = node.params.filter((parameter) => parameter.name !== 'this');
  if (parameters.length > maxParameters) add('longParameterLists', node, `${name}: ${parameters.length}`);
  for (const parameter of parameters) {
    if (isBoolean(parameter)) add('booleanParameters', parameter, `${name}: ${shorten(textOf(file, parameter))}`);
  }
  const lines = node.body == null ? 0 : countLines(file, node.body);
  if (lines > maxLines) add('longFunctions', node, `${name}: ${lines}`);
}

/** Counts lines as biome does: those of the body that are not blank, not only a comment, and do not start with a closing brace. */
function countLines(file, body) {
  const isBlock = body.type === 'BlockStatement';
  const text = isBlock ? file.text.slice(body.start + 1, body.end - 1) : textOf(file, body);
  return text.split('\n').filter((line) => !/^\s*(?:$|\/\/|\/?\*|\})/.test(line)).length;
}

function isBoolean(parameter) {
  const declared = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
  if (declared.type === 'AssignmentPattern') {
    return typeof declared.right.value === 'boolean' || isBooleanType(declared.left.typeAnnotation?.typeAnnotation);
  }
  return isBooleanType(declared.typeAnnotation?.typeAnnotation);
}

function isBooleanType(type) {
  if (type?.type === 'TSUnionType') {
    return type.types.some(isBooleanType) && type.types.every((part) => isBooleanType(part) || isNullish(part));
  }
  return type?.type === 'TSBooleanKeyword';
}

function isNullish(type) {
  return type.type === 'TSUndefinedKeyword' || type.type === 'TSNullKeyword';
}

function isCast(node) {
  if (node.type === 'TSTypeAssertion') return true;
  return node.type === 'TSAsExpression' && node.typeAnnotation.typeName?.name !== 'const';
}

function nameOf(node, parent) {
  const named = node.id ?? node.key ?? parent?.id ?? parent?.key;
  return named?.name ?? named?.value ?? '(closure)';
}

function textOf(file, node) {
  return file.text.slice(node.start, node.end);
}

function shorten(text) {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
