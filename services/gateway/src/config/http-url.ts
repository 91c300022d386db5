import Type from 'typebox';

/** The URL of a server: without credentials, and without query or fragment, so that a path can be appended. */
export const httpUrl = Type.String({ pattern: '^https?://[^/?#@\\s]+(/[^?#\\s]*)?$' });

/** A description of `httpUrl`. */
export const httpUrlWords = 'an http:// or https:// URL without credentials, query or fragment';
