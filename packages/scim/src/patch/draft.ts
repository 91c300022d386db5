import { type AttributePath, attributeValue } from '../attribute-path.ts';
import { tooMany } from '../error.ts';
import {
  equalJson,
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  type Resource,
  toList,
  withMember,
} from '../json.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { isHollow, isMembership } from '../schema/multi-valued.ts';
import { assertRequired } from '../schema/validate.ts';
import { MembershipDraft } from './membership.ts';

/**
 * How many operations of one request may search a membership, because they select members by another attribute than
 * value.
 */
const maxSearches = 100;

interface Change {
  readonly path: AttributePath;
  readonly before: JsonValue | undefined;
  after: JsonValue | undefined;
}

/** A resource while operations change it. The original is not modified; `finish` builds the result from the changes. */
export class PatchDraft {
  readonly #resource: Resource;
  readonly #type: ResourceType;
  readonly #changes = new Map<AttributeDefinition, Change>();
  readonly #members = new Map<AttributeDefinition, { readonly path: AttributePath; readonly draft: MembershipDraft }>();
  #searches = 0;

  constructor(resource: Resource, type: ResourceType) {
    this.#resource = resource;
    this.#type = type;
  }

  /** The current value of the attribute. */
  value(path: AttributePath): JsonValue | undefined {
    const change = this.#changes.get(path.attribute);
    return change === undefined ? attributeValue(this.#resource, path) : change.after;
  }

  /** The current values of a multi-valued attribute. */
  values(path: AttributePath): readonly JsonValue[] {
    this.#settle(path.attribute);
    return toList(this.value(path));
  }

  /** Sets the attribute; undefined removes it. */
  set(path: AttributePath, after: JsonValue | undefined): void {
    const { attribute } = path;
    const change = this.#changes.get(attribute);
    if (change === undefined)
      this.#changes.set(attribute, { path, before: attributeValue(this.#resource, path), after });
    else change.after = after;
  }

  /** The attribute's values as a membership, which merges many changes in one pass. */
  members(path: AttributePath): MembershipDraft {
    const known = this.#members.get(path.attribute);
    if (known !== undefined) return known.draft;
    const draft = new MembershipDraft(this.values(path), path.attribute);
    this.#members.set(path.attribute, { path, draft });
    return draft;
  }

  /** The current members, for a search one by one. @throws ScimError `tooMany` when too many operations search. */
  search(path: AttributePath): readonly JsonValue[] {
    this.#searches += 1;
    if (this.#searches > maxSearches)
      throw tooMany(
        `More than ${maxSearches} operations select ${path.text} by another attribute than value; select them by value.`,
      );
    return this.values(path);
  }

  /** The changed resource. @throws ScimError `invalidValue` when a required attribute has no value. */
  finish(): Resource {
    for (const attribute of [...this.#members.keys()]) this.#settle(attribute);
    const changes = [...this.#changes.values()].map(withoutHollow).filter(isChange);
    if (changes.length === 0) return this.#resource;
    const resource = this.#withSchemas(withChanges(this.#resource, changes));
    assertRequired(resource, this.#type);
    return resource;
  }

  /** Turns a membership into an ordinary list again. */
  #settle(attribute: AttributeDefinition): void {
    const member = this.#members.get(attribute);
    if (member === undefined) return;
    this.#members.delete(attribute);
    const after = member.draft.finish();
    this.set(member.path, after.length === 0 ? undefined : after);
  }

  /** Lists the URNs of the extensions present. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
  #withSchemas(resource: Resource): Resource {
    const present = this.#type.extensions.map(({ schema }) => schema.id).filter((urn) => resource[urn] !== undefined);
    const schemas = [this.#type.schema.id, ...present];
    return sameValues(this.#resource['schemas'], schemas) ? resource : { ...resource, schemas };
  }
}

/** Removes values without content. Only at the end: an operation may empty a value that a later operation fills. */
function withoutHollow(change: Change): Change {
  if (isMembership(change.path.attribute) || !isList(change.after) || !change.after.some(isHollow)) return change;
  const kept = change.after.filter((value) => !isHollow(value));
  return { ...change, after: kept.length === 0 ? undefined : kept };
}

function isChange({ path, before, after }: Change): boolean {
  if (equalJson(before, after)) return false;
  // A membership is already compared, by key.
  return isMembership(path.attribute) || !sameValues(before, after);
}

/** Whether two lists have the same values in any order. The values of the second must be distinct. */
function sameValues(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (!isList(before) || !isList(after) || before.length !== after.length) return false;
  return after.every((value) => before.some((each) => equalJson(each, value)));
}

/** A copy of the resource with all changes. */
function withChanges(resource: Resource, changes: readonly Change[]): Resource {
  const members = new Map<string, JsonValue>(Object.entries(resource));
  for (const { path, after } of changes) {
    if (!path.extension) setMember(members, path.attribute.name, after);
    else setMember(members, path.schema, withPart(members.get(path.schema), path.attribute.name, after));
  }
  return Object.fromEntries(members);
}

/** An extension's object with one attribute set, or removed by undefined; undefined when none is left. */
function withPart(
  extension: JsonValue | undefined,
  name: string,
  after: JsonValue | undefined,
): JsonObject | undefined {
  const changed = withMember(isObject(extension) ? extension : {}, name, after);
  return Object.keys(changed).length === 0 ? undefined : changed;
}

function setMember(members: Map<string, JsonValue>, name: string, value: JsonValue | undefined): void {
  if (value === undefined) members.delete(name);
  else members.set(name, value);
}
