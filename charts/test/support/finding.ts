import type { Manifest } from './helm.ts';

/** One thing wrong with a rendered object. */
export interface Finding {
  /** The object, as `Deployment/scim-gateway`. */
  readonly object: string;
  /** Where in the object, as a JSON pointer; empty for the object as a whole. */
  readonly at: string;
  readonly problem: string;
}

/** What a reader calls this object: its kind and name. */
export function objectName({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

/** A finding in one object. */
export function finding(manifest: Manifest, at: string, problem: string): Finding {
  return { object: objectName(manifest), at, problem };
}

/** Findings as sentences, so that a failing assertion reads well. */
export function sentences(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ object, at, problem }) => `${object}${at === '' ? '' : ` ${at}`}: ${problem}`);
}
