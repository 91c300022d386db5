import type { Row } from './row.ts';

/** A window of a table in the order of names. */
export interface Window {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** The cursors and the size of a window. */
export interface Bounds {
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Rows by id and by name, and in the order of names; the order is computed when it is first read. */
export class Table {
  readonly #byId = new Map<string, Row>();
  readonly #byName = new Map<string, Row>();
  readonly #key: (name: string) => string;
  #sorted: Row[] = [];
  #pending: Row[] = [];
  /** Counts the writes, so that a remembered total is known to be current. */
  #revision = 0;
  readonly #totals = new Map<string, { readonly revision: number; readonly total: number }>();

  constructor(key: (name: string) => string) {
    this.#key = key;
  }

  get size(): number {
    return this.#byId.size;
  }

  rows(): Iterable<Row> {
    return this.#byId.values();
  }

  byId(id: string): Row | undefined {
    return this.#byId.get(id);
  }

  byName(name: string): Row | undefined {
    return this.#byName.get(this.#key(name));
  }

  insert(row: Row): void {
    this.#byId.set(row.id, row);
    this.#byName.set(this.#key(row.name), row);
    this.#pending.push(row);
    this.#revision += 1;
  }

  remove(row: Row): void {
    this.#byId.delete(row.id);
    this.#byName.delete(this.#key(row.name));
    this.#sort();
    this.#sorted.splice(this.#sorted.indexOf(row), 1);
    this.#revision += 1;
  }

  /** Call after a row's content changed: discards the remembered totals. */
  touch(): void {
    this.#revision += 1;
  }

  /** The rows that pass a filter, from a cursor on. Totals are remembered by `filterKey`, which identifies the filter. */
  window(bounds: Bounds, filter: (row: Row) => boolean, filterKey: string): Window {
    this.#sort();
    const total = this.#total(filter, filterKey);
    return bounds.before === undefined ? this.#forward(bounds, filter, total) : this.#backward(bounds, filter, total);
  }

  #forward({ after, limit }: Bounds, filter: (row: Row) => boolean, total: number): Window {
    const rows: Row[] = [];
    let index = after === undefined ? 0 : this.#firstBeyond(after);
    const hasBefore = after !== undefined;
    for (; index < this.#sorted.length && rows.length <= limit; index += 1) {
      const row = this.#sorted[index];
      if (row !== undefined && filter(row)) rows.push(row);
    }
    const hasAfter = rows.length > limit;
    return { rows: rows.slice(0, limit), total, hasBefore, hasAfter: hasAfter && limit > 0 };
  }

  #backward({ before = '', limit }: Bounds, filter: (row: Row) => boolean, total: number): Window {
    const rows: Row[] = [];
    let index = this.#firstBeyond(before) - 1;
    while (index >= 0 && (this.#sorted[index]?.name ?? '') >= before) index -= 1;
    for (; index >= 0 && rows.length <= limit; index -= 1) {
      const row = this.#sorted[index];
      if (row !== undefined && filter(row)) rows.unshift(row);
    }
    const hasBefore = rows.length > limit;
    return { rows: hasBefore ? rows.slice(1) : rows, total, hasBefore, hasAfter: true };
  }

  #total(filter: (row: Row) => boolean, key: string): number {
    const known = this.#totals.get(key);
    if (known?.revision === this.#revision) return known.total;
    let total = 0;
    for (const row of this.#byId.values()) if (filter(row)) total += 1;
    this.#totals.set(key, { revision: this.#revision, total });
    return total;
  }

  #sort(): void {
    if (this.#pending.length === 0) return;
    if (this.#pending.length > 50) {
      this.#sorted = [...this.#sorted, ...this.#pending].sort((left, right) => (left.name < right.name ? -1 : 1));
    } else {
      for (const row of this.#pending) this.#sorted.splice(this.#firstBeyond(row.name), 0, row);
    }
    this.#pending = [];
  }

  #firstBeyond(name: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.name ?? '') <= name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
