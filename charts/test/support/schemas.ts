import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, finding } from './finding.ts';
import type { Manifest } from './helm.ts';
import { modelModule } from './model-modules.ts';

const MODULES = join(import.meta.dirname, '..', 'node_modules');

interface Model {
  validate(): void;
}
type ModelClass = new (data: Manifest) => Model;

interface SchemaError {
  readonly instancePath: string;
  readonly message?: string;
}

function modelClass(module: unknown, kind: string): ModelClass | undefined {
  const found: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, kind) : undefined;
  return typeof found === 'function' ? (found as ModelClass) : undefined;
}

function schemaErrors(error: unknown): readonly SchemaError[] {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return error.errors;
  throw error;
}

async function loadModel(manifest: Manifest): Promise<ModelClass | undefined> {
  const module = modelModule(manifest);
  if (!existsSync(join(MODULES, `${module}.js`))) return undefined;
  return modelClass(await import(/* @vite-ignore */ module), manifest.kind);
}

/** Violations of the object's schema (types, enums, patterns, required fields). An object without a schema is a finding. */
export async function schemaFindings(manifest: Manifest): Promise<readonly Finding[]> {
  const Model = await loadModel(manifest);
  if (!Model) return [finding(manifest, '', `No schema is known for ${manifest.apiVersion} ${manifest.kind}.`)];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return schemaErrors(error).map(({ instancePath, message = 'does not fit the schema' }) =>
      finding(manifest, instancePath, message),
    );
  }
}
