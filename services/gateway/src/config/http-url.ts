import Type from 'typebox';

/** Where a server is: nothing that is a secret, and nothing that a path could not be added to. */
export const httpUrl = Type.String({ pattern: '^https?://[^/?#@\\s]+(/[^?#\\s]*)?$' });

/** What that accepts, in words. */
export const httpUrlWords = 'an http:// or https:// URL without credentials, query or fragment';
