import type { RenderOptions, Values } from '../support/helm.ts';
import { only } from '../support/values.ts';

/** The effect of a value: the expected value at a place of an object. */
export interface ValueCase {
  /** The path of the value, for example `redis.tls.enabled`. */
  readonly path: string;
  readonly value: unknown;
  /** The kind of the object, and its name when there are several of the kind. */
  readonly kind: string;
  readonly name: string | undefined;
  /** Steps separated by spaces; empty for the object itself, which is then rendered or not. */
  readonly at: string;
  /** The expected value; `undefined` when the place is empty. */
  readonly is: unknown;
  /** Other values that the effect requires. */
  readonly within: Values;
  readonly options: RenderOptions;
}

/** The common part of several cases. */
export interface Setting {
  readonly object?: string;
  readonly at?: string;
  readonly within?: Values;
  readonly options?: RenderOptions;
}

/** A row: path, value, place below that of the common part, and the expected value when it is not the value itself. */
export type Row = readonly [path: string, value: unknown, at: string, is?: unknown];

/** The cases of rows that share an object (`Kind` or `Kind/name`) and other values. */
export function casesOf(
  { object = '', at = '', within = {}, options = {} }: Setting,
  rows: readonly Row[],
): readonly ValueCase[] {
  const [kind = '', name] = object.split('/');
  return rows.map((row) => {
    const [path, value, place] = row;
    const is = row.length > 3 ? row[3] : value;
    return { path, value, kind, name, at: `${at} ${place}`.trim(), is, within, options };
  });
}

/** Merges several values. */
export const on = (path: string, value: unknown = true): Values => only(path, value);
