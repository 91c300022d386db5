import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { CommandError } from '../command-error.ts';

/** Where a token goes: to standard output, to a file, or into the manifest of a Secret on standard output. */
export type TokenTarget =
  | { readonly kind: 'output' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly namespace: string | undefined };

/** The key that the chart reads from its Secret by default. */
const manifestKey = 'collate-token';

/** @throws CommandError when both are given, or the Secret's name is malformed. */
export function toTokenTarget(file: string | undefined, secret: string | undefined): TokenTarget {
  if (file !== undefined && secret !== undefined)
    throw new CommandError('--token-file and --secret-manifest exclude one another. Choose one.');
  if (file !== undefined) return { kind: 'file', path: file };
  if (secret === undefined) return { kind: 'output' };
  const [, name, namespace] = /^([a-z0-9.-]+)(?:\/([a-z0-9-]+))?$/.exec(secret) ?? [];
  if (name === undefined)
    throw new CommandError(`--secret-manifest is "${secret}"; it must be NAME or NAME/NAMESPACE in lower case.`);
  return { kind: 'manifest', name, namespace };
}

/**
 * Writes the token to its file, which only its owner can read, and returns what to print. A file is replaced in one
 * step, so that a gateway that reads it sees the old token or the new one.
 */
export function deliverToken(token: string, target: TokenTarget): string {
  switch (target.kind) {
    case 'output':
      return `Token: ${token}\n`;
    case 'manifest':
      return toManifest(token, target);
    case 'file': {
      const unfinished = `${target.path}.${randomBytes(4).toString('hex')}`;
      writeFileSync(unfinished, `${token}\n`, { mode: 0o600, flag: 'wx' });
      renameSync(unfinished, target.path);
      return `The token is in ${target.path}.\n`;
    }
  }
}

/** A JSON document is YAML too, and quotes every value. */
function toManifest(token: string, { name, namespace }: Extract<TokenTarget, { kind: 'manifest' }>): string {
  const lines = [
    'apiVersion: v1',
    'kind: Secret',
    'type: Opaque',
    'metadata:',
    `  name: ${JSON.stringify(name)}`,
    ...(namespace === undefined ? [] : [`  namespace: ${JSON.stringify(namespace)}`]),
    'stringData:',
    `  ${manifestKey}: ${JSON.stringify(token)}`,
  ];
  return `${lines.join('\n')}\n`;
}
