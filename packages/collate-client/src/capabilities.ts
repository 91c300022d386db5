import type { CallContext, CollateClient } from './api.ts';
import type { Capabilities } from './model/index.ts';

/** Finds out what a server can do for the client's principal, by its version and by asking it. Nothing is written. */
export declare function detectCapabilities(client: CollateClient, context: CallContext): Promise<Capabilities>;
