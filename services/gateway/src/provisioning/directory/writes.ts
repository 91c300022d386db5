import { CollateError } from '@scim-gateway/collate-client/model';

/** Creates an entity. A creation whose answer is lost may take effect, so the index then scans again. */
export async function createOrExpire<T>(create: () => Promise<T>, index: { expire(): Promise<void> }): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof CollateError && error.mayTakeEffect) await index.expire();
    throw error;
  }
}

/** Runs a write and then invalidates, however the write ends: it may have taken effect. */
export async function thenInvalidate<T>(work: () => Promise<T>, invalidate: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } finally {
    await invalidate();
  }
}
