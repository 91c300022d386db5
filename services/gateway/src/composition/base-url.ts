import { basePath } from '../http/app.ts';

/** The SCIM base URL, the start of every `Location`. Known once the SCIM listener accepts connections. */
export interface BaseUrl {
  /** @throws TypeError before the listener accepts connections. */
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
  let url: string | undefined;
  return {
    get: () => {
      if (url === undefined) throw new TypeError('the SCIM listener does not accept connections yet');
      return url;
    },
    listeningAt: (listenerUrl) => {
      url = `${publicUrl ?? listenerUrl}${basePath}`;
      return `${listenerUrl}${basePath}`;
    },
  };
}
