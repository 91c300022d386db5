import type { CollateSimulator } from '@scim-gateway/collate-simulator';
import type { ScimRequest } from '../support/stand.ts';
import type { Random } from './random.ts';
import type { Reference } from './reference.ts';

/** What a provider may do next, and what that comes to. */
export interface ProviderMove {
  readonly kind: 'provider';
  /** For the reader of a failure. */
  readonly text: string;
  readonly request: ScimRequest;
  /** The only refusal that is right; absent where the request has to succeed. */
  readonly refusal?: number;
  /** What a repetition may say when the first attempt was done and its answer lost. */
  readonly repeats?: number;
  /** By which filter the provider finds what it made, should the answer be lost. */
  readonly find?: string;
  /** What must stay as it is while the move is made, and what it changes: moves run beside each other only if all orders end alike. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Writes the outcome down. `id` is that of what was made or met. */
  apply(id: string): void;
}

/** What somebody does in Collate itself. */
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

/** One sort of move: how often it is drawn, and one such move that makes sense now, if any does. */
export interface Sort {
  readonly weight: number;
  propose(reference: Reference, random: Random): Move | undefined;
}

/** Whether two moves end alike in whatever order they are made. */
export function commute(one: ProviderMove, other: ProviderMove): boolean {
  const touches = (first: ProviderMove, second: ProviderMove) =>
    first.writes.some((key) => second.writes.includes(key) || second.reads.includes(key));
  return !touches(one, other) && !touches(other, one);
}

/** A list's path with a filter. */
export function filtered(endpoint: '/Users' | '/Groups', attribute: string, value: string): string {
  return `${endpoint}?filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`;
}

/** One operation of a PATCH that sets a value. */
export function replaceValue(path: string, value: unknown): object {
  return { op: 'replace', path, value };
}
