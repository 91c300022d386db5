import type { CollateSimulator } from '@scim-gateway/collate-simulator';
import type { ScimRequest } from '../support/replicas-harness.ts';
import type { Random } from './random.ts';
import type { Reference } from './reference.ts';

/** A request of a provider, with its expected outcome. */
export interface ProviderMove {
  readonly kind: 'provider';
  /** The text for a failure report. */
  readonly text: string;
  readonly request: ScimRequest;
  /** The expected status of a refusal; absent when the request must succeed. */
  readonly refusal?: number;
  /** The status that a repetition may have when the first attempt succeeded and its answer was lost. */
  readonly repeats?: number;
  /** The look-up of the created resource, used when the answer is lost. */
  readonly find?: string;
  /** The keys that the move depends on, and those that it changes: moves run at once only when their order does not matter. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Applies the outcome to the reference. `id` is that of the created or found resource. */
  apply(id: string): void;
}

/** A change in Collate itself, outside of SCIM. */
export interface OutsideMove {
  readonly kind: 'outside';
  readonly text: string;
  act(simulator: CollateSimulator): void;
}

/** A look-up and the ids that it must find. */
export interface Look {
  readonly kind: 'look';
  readonly text: string;
  readonly path: string;
  readonly ids: readonly string[];
}

export type Move = ProviderMove | OutsideMove | Look;

/** A kind of move: its weight in the draw, and a function that proposes a possible move, if there is one. */
export interface Sort {
  readonly weight: number;
  propose(reference: Reference, random: Random): Move | undefined;
}

/** Whether two moves have the same outcome in either order. */
export function commute(one: ProviderMove, other: ProviderMove): boolean {
  const touches = (first: ProviderMove, second: ProviderMove) =>
    first.writes.some((key) => second.writes.includes(key) || second.reads.includes(key));
  return !touches(one, other) && !touches(other, one);
}

/** A list's path with a filter. */
export function filtered(endpoint: '/Users' | '/Groups', attribute: string, value: string): string {
  return `${endpoint}?filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;
}

/** An operation of a PATCH that sets a value. */
export function replaceValue(path: string, value: unknown): object {
  return { op: 'replace', path, value };
}
