import { CollateError } from './model/index.ts';

/** What the call answers, or undefined when Collate says that there is no such thing. */
export async function undefinedWhenNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CollateError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
