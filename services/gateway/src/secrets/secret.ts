import { readFileSync, statSync } from 'node:fs';

/** Where a secret comes from. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'file'; readonly path: string };

/** What became of looking at a file again. */
export interface FileObserver {
  onReload?(path: string): void;
  /** The file cannot be used; what was read before stays in force. */
  onFailure?(path: string, error: unknown): void;
}

/** How often a file is looked at, at most, in milliseconds. */
const lookAgainAfterMs = 1_000;

/**
 * The parsed content of a file, as fresh as a second ago: the file is looked at when its content is asked for, and read
 * again when it has changed. The first read throws; later failures keep the last good content.
 */
export function createWatchedFile<T>(
  path: string,
  parse: (text: string) => T,
  options: { readonly clock: () => number; readonly observer?: FileObserver },
): () => T {
  const { clock, observer } = options;
  let fingerprint = identify(path);
  let content = parse(readFileSync(path, 'utf8'));
  let lookAt = clock() + lookAgainAfterMs;
  let isReadable = true;
  const reload = () => {
    const wasReadable = isReadable;
    isReadable = false;
    try {
      const seen = identify(path);
      const text = seen === fingerprint && wasReadable ? undefined : readFileSync(path, 'utf8');
      isReadable = true;
      if (text === undefined) return;
      fingerprint = seen;
      content = parse(text);
      observer?.onReload?.(path);
    } catch (error) {
      observer?.onFailure?.(path, error);
    }
  };
  return () => {
    const now = clock();
    if (now >= lookAt) {
      lookAt = now + lookAgainAfterMs;
      reload();
    }
    return content;
  };
}

/** What tells one content of a file from another without reading it; mounted secrets are swapped by renaming a link. */
function identify(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return `${ino}/${mtimeMs}/${size}`;
}

/** A secret's current value; one from a file follows the file. */
export function createSecret(
  source: SecretSource,
  options: { readonly clock: () => number; readonly observer?: FileObserver },
): () => string {
  if (source.kind === 'value') {
    const { value } = source;
    return () => value;
  }
  return createWatchedFile(source.path, parseSecret, options);
}

/** A secret file's text without the line break that editors add; an empty one is refused. */
export function parseSecret(text: string): string {
  const secret = text.trim();
  if (secret === '') throw new Error('The file is empty.');
  return secret;
}
