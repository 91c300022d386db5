import type { AttributePath } from '../attribute-path.ts';
import { invalidSyntax, invalidValue } from '../error.ts';
import {
  isList,
  isObject,
  type JsonDraft,
  type JsonObject,
  type JsonValue,
  memberInAnyCase,
  type Resource,
} from '../json.ts';
import { quote } from '../quote.ts';
import { type Tolerance, tolerates } from '../tolerance.ts';
import { coerceValue, isCleared } from './coerce.ts';
import type { ResourceType } from './definition.ts';
import { type Container, lookUp, registryOf } from './registry.ts';
import { dropUnknown, readKept } from './unknown.ts';

/**
 * Parses the body of a POST or PUT. The result has canonical attribute names and values of the right type. Read-only
 * attributes are left out, and so are unknown ones of a tolerant client.
 *
 * @throws ScimError `invalidSyntax` when the body is not a resource of the type, or a strict client sends an unknown
 * attribute; `invalidValue` when a value does not
 * fit its attribute or a required attribute has no value.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.3
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1
 * @example
 * ```ts
 * const user = parseResource(
 *   { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], username: 'ada', nickName: null },
 *   userResourceType,
 *   { profile: 'strict' },
 * ); // { schemas: […], userName: 'ada' }
 * ```
 */
export function parseResource(input: unknown, type: ResourceType, tolerance: Tolerance): Resource {
  if (!isObject(input)) throw invalidSyntax(`The body must be a JSON object: a resource of type ${type.name}.`);
  assertSchemas(input, type, tolerance);
  const reader = new BodyReader(type, tolerance);
  reader.readMembers(input);
  assertRequired(reader.resource, type);
  return reader.resource;
}

/** @throws ScimError `invalidValue` when a required attribute has no value. */
export function assertRequired(resource: Resource, type: ResourceType): void {
  for (const { attribute } of registryOf(type).required) {
    if (resource[attribute.name] === undefined)
      throw invalidValue(`${attribute.name} is required and must not be empty.`);
  }
}

/** Builds a resource from the members of a body. */
class BodyReader {
  readonly resource: JsonDraft;
  readonly #type: ResourceType;
  readonly #tolerance: Tolerance;
  readonly #schemas: string[];
  readonly #extensions = new Map<string, JsonDraft>();

  constructor(type: ResourceType, tolerance: Tolerance) {
    this.#type = type;
    this.#tolerance = tolerance;
    this.#schemas = [type.schema.id];
    this.resource = { schemas: this.#schemas };
  }

  readMembers(body: JsonObject): void {
    const { attributes, containers } = registryOf(this.#type);
    for (const [name, value] of Object.entries(body)) {
      const path = lookUp(attributes, name);
      if (path !== undefined) this.#readAttribute(path, value, name);
      else this.#readQualified(name, value, lookUp(containers, name));
    }
  }

  #readQualified(name: string, value: JsonValue, container: Container | undefined): void {
    if (container !== undefined) {
      this.#readContainer(container, value);
      return;
    }
    const path = lookUp(registryOf(this.#type).paths, name);
    if (path === undefined || path.subAttribute !== undefined) dropUnknown(name, this.#type.name, this.#tolerance);
    else if (tolerates(this.#tolerance, 'entra.dotted-keys')) this.#readAttribute(path, value, name);
  }

  #readContainer({ urn, attributes }: Container, value: JsonValue): void {
    if (isCleared(value, this.#tolerance)) return;
    if (!isObject(value)) throw invalidValue(`${urn} must be an object.`);
    for (const [name, part] of Object.entries(value)) {
      const path = lookUp(attributes, name);
      if (path === undefined) dropUnknown(name, urn, this.#tolerance);
      else this.#readAttribute(path, part, name);
    }
  }

  #readAttribute(path: AttributePath, value: JsonValue, name: string): void {
    const { attribute, text } = path;
    if (attribute.mutability === 'readOnly') return;
    const tolerance = this.#tolerance;
    const coerced = readKept(path, tolerance, () => coerceValue(value, attribute, text, tolerance));
    if (coerced === undefined) return;
    if (attribute.returned === 'never') {
      this.#tolerance.onQuirk?.('okta.password-placeholder');
      return;
    }
    const target = path.extension ? this.#extension(path.schema) : this.resource;
    if (target[attribute.name] !== undefined)
      throw invalidSyntax(`${text} occurs twice, the second time as ${quote(name)}; send it once.`);
    target[attribute.name] = coerced;
  }

  #extension(urn: string): JsonDraft {
    const known = this.#extensions.get(urn);
    if (known !== undefined) return known;
    const made: JsonDraft = {};
    this.#extensions.set(urn, made);
    this.#schemas.push(urn);
    this.resource[urn] = made;
    return made;
  }
}

/**
 * @remarks `entra.ms-group-schema`: unknown URNs are ignored. `any.missing-schemas`: the type's own URN may be
 * missing.
 */
function assertSchemas(input: JsonObject, type: ResourceType, tolerance: Tolerance): void {
  const schemas = memberInAnyCase(input, 'schemas');
  const { containers } = registryOf(type);
  let isOurs = false;
  for (const urn of isList(schemas) ? schemas : []) {
    const container = typeof urn === 'string' ? lookUp(containers, urn) : undefined;
    if (container === undefined) tolerates(tolerance, 'entra.ms-group-schema');
    if (container?.extension === false) isOurs = true;
  }
  if (!isOurs && !tolerates(tolerance, 'any.missing-schemas'))
    throw invalidSyntax(`schemas must contain ${type.schema.id}.`);
}
