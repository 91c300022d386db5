import type { Json } from './row.ts';

/** What happened to an entity, in the words of the API. */
export interface ChangeEvent extends Json {
  readonly eventType: string;
  readonly entityType: string;
  readonly timestamp: number;
}

/** Caps the kept events; about as many as 6,000 writes of users leave. */
const maxCharacters = 16_000_000;

/** The change events in the order of the writes. The oldest ones are dropped when the log is full. */
export class EventLog {
  readonly #entries: { readonly event: ChangeEvent; readonly size: number }[] = [];
  readonly #capacity: number;
  #characters = 0;

  /** @param capacity in characters of JSON */
  constructor(capacity: number = maxCharacters) {
    this.#capacity = capacity;
  }

  record(event: ChangeEvent): void {
    const size = JSON.stringify(event).length;
    this.#entries.push({ event, size });
    this.#characters += size;
    while (this.#characters > this.#capacity) this.#characters -= this.#entries.shift()?.size ?? this.#characters;
  }

  /** The matching events from a time on, in milliseconds. */
  since(timestamp: number, matches: (event: ChangeEvent) => boolean): readonly ChangeEvent[] {
    return this.#entries.map(({ event }) => event).filter((event) => event.timestamp >= timestamp && matches(event));
  }
}
