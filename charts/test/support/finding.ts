import type { Manifest } from './helm.ts';

/** A defect of a rendered object. */
export interface Finding {
  /** The object, for example `Deployment/scim-gateway`. */
  readonly object: string;
  /** The place in the object, as a JSON pointer; empty for the whole object. */
  readonly at: string;
  readonly problem: string;
}

/** The label of an object in messages: its kind and name. */
export function objectName({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

/** A finding in one object. */
export function finding(manifest: Manifest, at: string, problem: string): Finding {
  return { object: objectName(manifest), at, problem };
}

/** Findings as sentences for a failing assertion. */
export function sentences(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ object, at, problem }) => `${object}${at === '' ? '' : ` ${at}`}: ${problem}`);
}
