import { randomUUID } from 'node:crypto';
import { isObject } from './pointer.ts';

/** The values of the placeholders, such as `{{name}}`, in a session. */
export class Placeholders {
  readonly #values = new Map<string, string>();

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** The text with every placeholder replaced; the first use of a `{{uuid:…}}` generates its value. */
  fill(text: string): string {
    return text.replace(/\{\{([^}]+)\}\}/g, (whole, name: string) => this.#valueOf(name) ?? whole);
  }

  /** A JSON value with the placeholders in each of its strings replaced. */
  fillValue(value: unknown): unknown {
    if (typeof value === 'string') return this.fill(value);
    if (Array.isArray(value)) return value.map((item) => this.fillValue(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.fillValue(part)]));
  }

  #valueOf(name: string): string | undefined {
    const known = this.#values.get(name);
    if (known !== undefined || !name.startsWith('uuid:')) return known;
    const made = randomUUID();
    this.#values.set(name, made);
    return made;
  }
}
