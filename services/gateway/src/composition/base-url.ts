import { basePath } from '../http/app.ts';

/**
 * The SCIM base URL, the start of every `Location`. Without `PUBLIC_URL` it is known once the SCIM listener is open.
 */
export interface BaseUrl {
  /** @throws TypeError while the URL is not known. */
  get(): string;
  /**
   * Called once, with the listener's own URL.
   *
   * @returns the base URL as this machine reaches it, independent of `PUBLIC_URL`.
   */
  listeningAt(listenerUrl: string): string;
}

/** With `PUBLIC_URL` the base URL is below that, and otherwise below the listener's own URL. */
export function createBaseUrl(publicUrl: string | undefined): BaseUrl {
  let url = publicUrl === undefined ? undefined : `${publicUrl}${basePath}`;
  return {
    get: () => {
      if (url === undefined) throw new TypeError('the SCIM listener does not accept connections yet');
      return url;
    },
    listeningAt: (listenerUrl) => {
      const reachable = `${listenerUrl}${basePath}`;
      url ??= reachable;
      return reachable;
    },
  };
}
