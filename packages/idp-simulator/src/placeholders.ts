import { randomUUID } from 'node:crypto';

/** The values that stand for `{{name}}` in a session. */
export class Placeholders {
  readonly #values = new Map<string, string>();

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** The text with every placeholder replaced; `uuid:…` ones are made when first met. */
  fill(text: string): string {
    return text.replace(/\{\{([^}]+)\}\}/g, (whole, name: string) => this.#valueOf(name) ?? whole);
  }

  /** The same for every string in a JSON value. */
  fillValue(value: unknown): unknown {
    if (typeof value === 'string') return this.fill(value);
    if (Array.isArray(value)) return value.map((item) => this.fillValue(item));
    if (typeof value !== 'object' || value === null) return value;
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
