import { readFileSync, statSync } from 'node:fs';

/** The source of a secret: a configured value, or a file. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'file'; readonly path: string };

/** The results of reading a file again. */
export interface FileObserver {
  onReload?(path: string): void;
  /** The file cannot be used; its last good content stays in force. */
  onFailure?(path: string, error: unknown): void;
}

/** The shortest time between two checks of a file, in milliseconds. */
const checkAfterMs = 1_000;

/**
 * Reads and parses a file, and follows its changes. Each call returns content that is at most a second old: it checks
 * the file, and reads it again if it has changed. Later failures keep the last good content.
 *
 * @throws what the first read or `parse` throws.
 */
export function createWatchedFile<T>(
  path: string,
  parse: (text: string) => T,
  options: { readonly clock: () => number; readonly observer?: FileObserver },
): () => T {
  const { clock, observer } = options;
  let fingerprint = identify(path);
  let content = parse(readFileSync(path, 'utf8'));
  let checkAt = clock() + checkAfterMs;
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
      // The last good content stays in force; the observer reports the failure.
      observer?.onFailure?.(path, error);
    }
  };
  return () => {
    const now = clock();
    if (now >= checkAt) {
      checkAt = now + checkAfterMs;
      reload();
    }
    return content;
  };
}

/** Identifies the content of a file without reading it. Kubernetes replaces a mounted secret by renaming a link. */
function identify(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return `${ino}/${mtimeMs}/${size}`;
}

/** Creates a function that returns a secret's current value; a secret in a file follows the file. */
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

/**
 * The secret in a file's text, without the line break that editors append.
 *
 * @throws Error for an empty file.
 */
export function parseSecret(text: string): string {
  const secret = text.trim();
  if (secret === '') throw new Error('The file is empty.');
  return secret;
}
