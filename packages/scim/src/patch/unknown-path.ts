import type { AttributePath } from '../attribute-path.ts';
import type { AttributeDefinition, ResourceType } from '../schema/definition.ts';
import { isMembership } from '../schema/multi-valued.ts';
import { findSubAttribute, lookUp, registryOf } from '../schema/registry.ts';

/** `attr`, `attr.sub`, `attr[filter]` or `attr[filter].sub`, with or without a URN; the filter is not examined. */
const pathShape = /^ *((?:urn:[^\s"()[\]]+:)?[a-z$][\w$-]*(?:\.[\w$-]+)?)(?:\[[^\]]+\](?:\.([\w$-]+))?)? *$/i;

/**
 * Whether a PATCH path has the form of a path, but names an attribute or sub-attribute that the type does not define.
 *
 * A name that differs by one letter from an attribute that decides about identity or access does not count: to drop
 * `memebers` or `actve` would leave access in place that the provider wanted to take away.
 */
export function namesUnknown(text: string, type: ResourceType): boolean {
  const [, head, sub] = pathShape.exec(text) ?? [];
  if (head === undefined) return false;
  const path = findHead(head, type);
  if (path !== undefined) return sub !== undefined && findSubAttribute(path.attribute, sub) === undefined;
  return !decisiveAttributes(type).some(({ name }) => differByOneLetter(head.toLowerCase(), name.toLowerCase()));
}

/** The attribute that a PATCH path begins with; undefined when the path is malformed or the type does not define it. */
export function headOf(text: string, type: ResourceType): AttributePath | undefined {
  const [, head] = pathShape.exec(text) ?? [];
  return head === undefined ? undefined : findHead(head, type);
}

function findHead(head: string, type: ResourceType): AttributePath | undefined {
  const { paths, unprefixed } = registryOf(type);
  return lookUp(paths, head) ?? lookUp(unprefixed, head);
}

function decisiveAttributes({ schema }: ResourceType): readonly AttributeDefinition[] {
  return schema.attributes.filter(
    (attribute) => attribute.required || attribute.name === 'active' || isMembership(attribute),
  );
}

/** Whether one insertion, deletion, replacement or exchange of neighbours turns one text into the other. */
function differByOneLetter(left: string, right: string): boolean {
  if (left.length > right.length) return differByOneLetter(right, left);
  if (right.length - left.length > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  const [restOfLeft, restOfRight] = [left.slice(start), right.slice(start)];
  if (left.length < right.length) return restOfLeft === restOfRight.slice(1);
  const isExchanged = restOfLeft[0] === restOfRight[1] && restOfLeft[1] === restOfRight[0];
  return restOfLeft.slice(1) === restOfRight.slice(1) || (isExchanged && restOfLeft.slice(2) === restOfRight.slice(2));
}
