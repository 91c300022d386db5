import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { toUnavailable } from './unavailable.ts';

/**
 * Resolves to the payload of a token that Collate signed; undefined for any other. Rejects with 503 while Collate's
 * keys are unknown.
 */
export type VerifySignature = (token: string) => Promise<Uint8Array | undefined>;

/** How long Collate's keys are reused, and the pauses before the next fetch: after a success, and after a failure. */
const reusedForMs = 10 * 60_000;
const refetchAfterMs = 30_000;
const refetchAfterFailureMs = 5_000;

/**
 * Verifies signatures by Collate's published keys. An unknown key causes a fetch, at most twice a minute: an attacker's
 * tokens must not cause a call each.
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
  #reusedUntil = 0;
  #refetchAt = 0;

  constructor(fetchKeys: () => Promise<JSONWebKeySet>, clock: () => number) {
    this.#fetchKeys = fetchKeys;
    this.#clock = clock;
  }

  /** The known keys, or new ones after `reusedForMs`; the old keys remain in use while Collate does not answer. */
  async current(): Promise<KeySet> {
    const now = this.#clock();
    if (this.#known !== undefined && now < this.#reusedUntil) return this.#known;
    try {
      return await this.#refetch();
    } catch (error) {
      if (this.#known !== undefined) return this.#known;
      throw toUnavailable(error);
    }
  }

  /** Fetches the keys again, unless the last fetch was too recent. */
  async refreshed(): Promise<KeySet> {
    try {
      return await this.#refetch();
    } catch (error) {
      throw toUnavailable(error);
    }
  }

  #refetch(): Promise<KeySet> {
    if (this.#fetch !== undefined && this.#clock() < this.#refetchAt) return this.#fetch;
    this.#refetchAt = this.#clock() + refetchAfterMs;
    this.#fetch = this.#load();
    return this.#fetch;
  }

  async #load(): Promise<KeySet> {
    try {
      this.#known = createLocalJWKSet(await this.#fetchKeys());
      this.#reusedUntil = this.#clock() + reusedForMs;
      return this.#known;
    } catch (error) {
      this.#refetchAt = this.#clock() + refetchAfterFailureMs;
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
