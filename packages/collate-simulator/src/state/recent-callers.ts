import { isDeleted, type Row } from './row.ts';

/** The lifetime of an entry, in milliseconds. */
const lifetimeMs = 120_000;

interface Entry {
  readonly value: string;
  readonly at: number;
}

/**
 * The server's caches of callers. For two minutes after a look-up a bot's token is the one that was found, and a user exists. A
 * replaced token of an active bot therefore works, and its successor does not, until the entry expires.
 */
export class RecentCallers {
  readonly #clock: () => number;
  readonly #tokens = new Map<string, Entry>();
  readonly #users = new Map<string, Entry>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The token that counts for a bot: the cached one, else the stored one, which is then cached. */
  token(bot: string, stored: string): string {
    return this.#read(this.#tokens, bot) ?? this.cacheToken(bot, stored);
  }

  cacheToken(bot: string, token: string): string {
    return this.#write(this.#tokens, bot, token);
  }

  /** Whether a user exists or existed within the lifetime of its entry. A look-up of an existing user caches it. */
  knows(user: Row): boolean {
    const cached = this.#read(this.#users, user.name);
    if (isDeleted(user)) return cached === user.id;
    if (cached === undefined) this.#write(this.#users, user.name, user.id);
    return true;
  }

  /** Drops the cached token of a bot. */
  dropToken(bot: string): void {
    this.#tokens.delete(bot);
  }

  #read(cache: Map<string, Entry>, name: string): string | undefined {
    const found = cache.get(name);
    return found !== undefined && this.#clock() - found.at < lifetimeMs ? found.value : undefined;
  }

  #write(cache: Map<string, Entry>, name: string, value: string): string {
    cache.set(name, { value, at: this.#clock() });
    return value;
  }
}
