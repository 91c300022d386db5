import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files as Kubernetes mounts a secret: links through `..data`, which a change replaces as a whole. */
export class MountedSecret implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'secret-'));
  #versions = 0;

  constructor(files: Readonly<Record<string, string>>) {
    this.swap(files);
    for (const name of Object.keys(files)) symlinkSync(join('..data', name), this.path(name));
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Replaces all files atomically, and removes the earlier versions. */
  swap(files: Readonly<Record<string, string>>): void {
    const before = `..version-${this.#versions}`;
    this.#versions += 1;
    const now = `..version-${this.#versions}`;
    mkdirSync(join(this.#folder, now));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, now, name), text);
    symlinkSync(now, join(this.#folder, '..data-next'));
    renameSync(join(this.#folder, '..data-next'), join(this.#folder, '..data'));
    rmSync(join(this.#folder, before), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
