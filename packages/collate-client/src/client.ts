import type { CollateClient } from './api.ts';
import type { CollateClientOptions } from './options.ts';

/** A client of one Collate server; it connects when it is first used. */
export declare function createCollateClient(options: CollateClientOptions): CollateClient;
