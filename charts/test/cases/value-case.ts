import type { RenderOptions, Values } from '../support/helm.ts';
import { only } from '../support/values.ts';

/** What a value changes: with it, this stands at this place of this object. */
export interface ValueCase {
  /** As `redis.tls.enabled`. */
  readonly path: string;
  readonly value: unknown;
  /** Kind and, where there are more, name of an object. */
  readonly kind: string;
  readonly name: string | undefined;
  /** Steps parted by blanks; empty for the object itself, which then is there or not. */
  readonly at: string;
  /** `undefined` when nothing stands there. */
  readonly is: unknown;
  /** Values that it makes a difference with. */
  readonly within: Values;
  readonly options: RenderOptions;
}

/** What is the same for several cases. */
export interface Setting {
  readonly object?: string;
  readonly at?: string;
  readonly within?: Values;
  readonly options?: RenderOptions;
}

/** A row: path, value, place below the setting's, and what stands there if it is not the value. */
export type Row = readonly [path: string, value: unknown, at: string, is?: unknown];

/** The cases of rows that share an object and other values. An object is written as `Kind` or `Kind/name`. */
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

/** Several values in one. */
export const on = (path: string, value: unknown = true): Values => only(path, value);
