import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { refuse } from '../http/api-error.ts';

/** The published JSON schemas of the 1.13 API. */
const folder = fileURLToPath(new URL('../../schemas', import.meta.url));
const idBase = 'https://open-metadata.org/schema/';

let compiled: Ajv | undefined;

/** @throws ApiError 400 when a body violates the published schema. */
export function assertSchema(file: string, body: unknown, prefix: string): void {
  const validate = validatorOf(file);
  if (validate(body)) return;
  const problems = (validate.errors ?? []).map(({ instancePath, message = '' }) =>
    `${prefix}${instancePath.slice(1)} ${message}`.trim(),
  );
  throw refuse(400, `[${problems.join(', ')}]`);
}

function validatorOf(file: string): ValidateFunction {
  compiled ??= load();
  const validate = compiled.getSchema(idBase + file);
  if (validate === undefined) throw new Error(`no schema ${file}`);
  return validate;
}

function load(): Ajv {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.json')) continue;
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    ajv.addSchema({ ...schema, $id: idBase + file });
  }
  return ajv;
}
