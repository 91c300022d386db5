import filterVectorFile from '../vectors/scim-filter-vectors.json' with { type: 'json' };
import patchVectorFile from '../vectors/scim-patch-vectors.json' with { type: 'json' };

/** An outcome that a vector calls right. */
export interface Outcome {
  readonly status?: number;
  readonly scimType?: string;
  readonly matches?: readonly string[];
  readonly after?: unknown;
}

/** One filter over a few resources. */
export interface FilterVector extends Outcome {
  readonly id: string;
  readonly filter: string | null;
  readonly generator?: {
    readonly prefix: string;
    readonly open: string;
    readonly count: number;
    readonly middle: string;
    readonly close: string;
  };
  readonly valid: boolean;
  readonly resources: readonly object[];
  readonly matches: readonly string[];
  readonly alternatives?: readonly Outcome[];
}

/** One PATCH request on one resource. */
export interface PatchVector {
  readonly id: string;
  readonly profile: 'rfc' | 'entra' | 'okta';
  readonly resourceType: 'User' | 'Group';
  readonly before: object;
  readonly request: object;
  readonly expect: Outcome & {
    readonly status: number;
    readonly noChange?: boolean;
    readonly alternatives?: readonly Outcome[];
  };
  readonly context?: { readonly existing?: readonly { readonly id?: string; readonly displayName?: string }[] };
}

/** The shared filter vectors. */
export const filterVectors = filterVectorFile as unknown as readonly FilterVector[];

/** The shared PATCH vectors. */
export const patchVectors = patchVectorFile as unknown as readonly PatchVector[];

/** The text of a vector's filter, generated where it is too long to be printed. */
export function filterText({ filter, generator }: FilterVector): string {
  if (generator === undefined) return filter ?? '';
  const { prefix, open, count, middle, close } = generator;
  return prefix + open.repeat(count) + middle + close.repeat(count);
}

/** A resource as vectors compare it: without `meta`, lists as sets, members by their value, nothing that says no more than absence. */
export function comparable(resource: object): unknown {
  const { meta: _meta, password: _password, ...rest } = resource as Record<string, unknown>;
  const members = Array.isArray(rest['members'])
    ? rest['members'].map((member: { value: string }) => member.value).sort()
    : [];
  return normalize({ ...rest, members });
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(normalize(item))).sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, part]) => [name, normalize(part)] as const)
    .filter(([, part]) => part !== null && part !== undefined && !(Array.isArray(part) && part.length === 0));
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
