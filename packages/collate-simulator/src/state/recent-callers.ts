import type { Row } from './row.ts';

/** Milliseconds for which a server remembers a caller. */
const rememberedMs = 120_000;

interface Remembered {
  readonly value: string;
  readonly at: number;
}

/**
 * What a server remembers of each caller for two minutes after it looked it up: the token of a bot, and that a person exists. A
 * replaced token of a bot in use therefore goes on working, and its successor does not, until the memory ends.
 */
export class RecentCallers {
  readonly #clock: () => number;
  readonly #tokens = new Map<string, Remembered>();
  readonly #people = new Map<string, Remembered>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The token that counts for a bot: the remembered one, else the stored one, which is then remembered. */
  token(bot: string, stored: string): string {
    return this.#recall(this.#tokens, bot) ?? this.#remember(this.#tokens, bot, stored);
  }

  /** Whether a person was seen alive within two minutes; call it with the row of a live one to remember it. */
  knows(person: Row): boolean {
    if (person.json['deleted'] === true) return this.#recall(this.#people, person.name) === person.id;
    if (this.#recall(this.#people, person.name) === undefined) this.#remember(this.#people, person.name, person.id);
    return true;
  }

  /** Forgets the token of a bot. */
  forget(bot: string): void {
    this.#tokens.delete(bot);
  }

  #recall(memory: Map<string, Remembered>, name: string): string | undefined {
    const found = memory.get(name);
    return found !== undefined && this.#clock() - found.at < rememberedMs ? found.value : undefined;
  }

  #remember(memory: Map<string, Remembered>, name: string, value: string): string {
    memory.set(name, { value, at: this.#clock() });
    return value;
  }
}
