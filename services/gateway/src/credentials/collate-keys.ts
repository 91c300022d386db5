import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { toUnavailable } from './unavailable.ts';

/** The payload of a token that Collate signed; `undefined` for any other. Rejects with 503 when Collate's keys are unknown. */
export type VerifySignature = (token: string) => Promise<Uint8Array | undefined>;

/** How long Collate's keys are believed, and how soon after asking, or failing to ask, they may be asked for again. */
const believedForMs = 10 * 60_000;
const askAgainAfterMs = 30_000;
const askAgainAfterFailureMs = 5_000;

/**
 * Checks signatures by Collate's published keys. A key that is not among them makes them be fetched again, but however many
 * wrong tokens come, only twice a minute.
 */
export function createCollateKeys(options: {
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
  readonly clock: () => number;
}): VerifySignature {
  const keys = new CollateKeys(options.fetchKeys, options.clock);
  return async (token) => {
    const payload = await verifyWith(await keys.current(), token);
    if (payload !== 'unknown-key') return payload;
    const again = await verifyWith(await keys.refreshed(), token);
    return again === 'unknown-key' ? undefined : again;
  };
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

class CollateKeys {
  readonly #fetchKeys: () => Promise<JSONWebKeySet>;
  readonly #clock: () => number;
  #fetch: Promise<KeySet> | undefined;
  #known: KeySet | undefined;
  #believedUntil = 0;
  #askAgainAt = 0;

  constructor(fetchKeys: () => Promise<JSONWebKeySet>, clock: () => number) {
    this.#fetchKeys = fetchKeys;
    this.#clock = clock;
  }

  /** The keys to begin with; old ones serve on while Collate cannot be asked. */
  async current(): Promise<KeySet> {
    const now = this.#clock();
    if (this.#known !== undefined && now < this.#believedUntil) return this.#known;
    try {
      return await this.#ask();
    } catch (error) {
      if (this.#known !== undefined) return this.#known;
      throw toUnavailable(error);
    }
  }

  /** Keys newer than those that lacked one, unless it is too soon to ask again. */
  async refreshed(): Promise<KeySet> {
    try {
      return await this.#ask();
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  #ask(): Promise<KeySet> {
    if (this.#fetch !== undefined && this.#clock() < this.#askAgainAt) return this.#fetch;
    this.#askAgainAt = this.#clock() + askAgainAfterMs;
    this.#fetch = this.#load();
    return this.#fetch;
  }

  async #load(): Promise<KeySet> {
    try {
      this.#known = createLocalJWKSet(await this.#fetchKeys());
      this.#believedUntil = this.#clock() + believedForMs;
      return this.#known;
    } catch (error) {
      this.#askAgainAt = this.#clock() + askAgainAfterFailureMs;
      throw error;
    }
  }
}

async function verifyWith(keys: KeySet, token: string): Promise<Uint8Array | undefined | 'unknown-key'> {
  try {
    const { payload } = await compactVerify(token, keys, { algorithms: ['RS256'] });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return 'unknown-key';
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
