import { join } from 'node:path';
import ts from 'typescript';
import { type Finding, finding } from './finding.ts';
import type { Manifest } from './helm.ts';
import { modelModule } from './model-modules.ts';

/** The type of a kind, and the type checker that it belongs to. */
interface KnownKind {
  readonly checker: ts.TypeChecker;
  readonly type: ts.Type;
}

const ROOT = join(import.meta.dirname, '..', 'kinds.ts');
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  strict: true,
  lib: ['lib.es5.d.ts'],
  types: [],
};

const sources = new Map<string, ts.SourceFile | undefined>();
const kinds = new Map<string, KnownKind | undefined>();

function hostOf(text: string): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, options) => {
    if (name === ROOT) return ts.createSourceFile(name, text, options);
    if (!sources.has(name)) sources.set(name, read(name, options));
    return sources.get(name);
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => name === ROOT || exists(name);
  return host;
}

function learn(manifests: readonly Manifest[]): void {
  const modules = [...new Set(manifests.map(modelModule))].filter((module) => !kinds.has(module));
  if (modules.length === 0) return;
  const imports = modules.map((module, index) => {
    const kind = module.slice(module.lastIndexOf('/') + 1);
    return `export type Kind${index} = import('${module}').I${kind};`;
  });
  const program = ts.createProgram([ROOT], OPTIONS, hostOf(imports.join('\n')));
  const checker = program.getTypeChecker();
  const root = program.getSourceFile(ROOT);
  const statements = root?.statements.filter(ts.isTypeAliasDeclaration) ?? [];
  for (const [index, module] of modules.entries()) {
    const alias = statements.find(({ name }) => name.text === `Kind${index}`);
    const type = alias && checker.getTypeAtLocation(alias.name);
    kinds.set(module, type && (type.flags & ts.TypeFlags.Any) === 0 ? { checker, type } : undefined);
  }
}

const constituents = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);
const isOpen = (type: ts.Type): boolean => (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;

function itemType(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  return constituents(type).flatMap((one) => checker.getIndexTypeOfType(one, ts.IndexKind.Number) ?? [])[0];
}

function fieldType(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type | undefined {
  for (const one of constituents(type)) {
    const property = checker.getPropertyOfType(one, name);
    if (property) return checker.getTypeOfSymbol(property);
    const rest = checker.getIndexTypeOfType(one, ts.IndexKind.String);
    if (rest) return rest;
  }
  return undefined;
}

/** Free-form JSON has a type without properties. */
function isFreeForm(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (constituents(type).some(isOpen)) return true;
  return constituents(type).some(
    (one) => (one.flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive)) !== 0 && !hasFields(checker, one),
  );
}

function hasFields(checker: ts.TypeChecker, type: ts.Type): boolean {
  return checker.getPropertiesOfType(type).length > 0 || checker.getIndexInfosOfType(type).length > 0;
}

function* unknownIn({ checker, type }: KnownKind, value: unknown, at: string): Generator<string> {
  if (typeof value !== 'object' || value === null || isFreeForm(checker, type)) return;
  if (Array.isArray(value)) {
    const item = itemType(checker, type);
    if (item)
      for (const [index, one] of value.entries()) yield* unknownIn({ checker, type: item }, one, `${at}/${index}`);
    return;
  }
  for (const [name, one] of Object.entries(value)) {
    const field = fieldType(checker, type, name);
    if (field) yield* unknownIn({ checker, type: field }, one, `${at}/${name}`);
    else yield `${at}/${name}`;
  }
}

/** Finds fields that the API server does not know, and would refuse or drop: misspelt, or at the wrong level. */
export function unknownFieldFindings(manifests: readonly Manifest[]): readonly Finding[] {
  learn(manifests);
  return manifests.flatMap((manifest) => {
    const known = kinds.get(modelModule(manifest));
    if (!known) return [finding(manifest, '', `No type is known for ${manifest.apiVersion} ${manifest.kind}.`)];
    return [...unknownIn(known, manifest, '')].map((at) =>
      finding(manifest, at, `${manifest.kind} has no field of this name here.`),
    );
  });
}
