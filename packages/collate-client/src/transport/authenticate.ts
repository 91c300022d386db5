import { CollateError } from '../model/index.ts';
import type { Principal } from './principal.ts';
import { type Call, type Transport, toAttempt } from './transport.ts';

/**
 * How long after a rotation the previous credential is tried as well, in milliseconds. Servers cache credentials: for a
 * while they accept the old one and refuse the new one.
 */
export const rotationWindowMs = 3 * 60_000;

/**
 * Sends each call with the principal's credential. When the server refuses it, tries the other credential that may be
 * valid: the one that replaced it meanwhile, or its predecessor. A refused call had no effect, so any call may be sent
 * again.
 */
export function withAuthentication(
  next: Transport,
  options: { readonly principal: Principal; readonly clock: () => number },
): Transport {
  const { token } = options.principal;
  return token === undefined ? publicOnly(next) : withToken(next, new Rotation(token, options.clock));
}

function publicOnly(next: Transport): Transport {
  return async (call) => {
    if (!call.operation.authenticated) return next(call);
    const explanation = 'there is no credential';
    throw new CollateError('unauthorized', { operation: call.operation.name, explanation, unsent: true });
  };
}

function withToken(next: Transport, rotation: Rotation): Transport {
  /** The last token that was found sendable, so that each is checked once. */
  let sendable: string | undefined;
  return async (call) => {
    if (!call.operation.authenticated) return next(call);
    const token = rotation.preferred();
    if (token !== sendable) assertSendable(token, call);
    sendable = token;
    try {
      return await next(toAttempt(call, { token }));
    } catch (error) {
      const other = isRefusal(error) ? rotation.alternativeTo(token) : undefined;
      if (other === undefined) throw error;
      assertSendable(other, call);
      const reply = await next(toAttempt(call, { token: other }));
      rotation.prefer(other);
      return reply;
    }
  };
}

/** Chooses between the current and the previous credential during a rotation. */
class Rotation {
  readonly #token: () => string;
  readonly #clock: () => number;
  #current: string | undefined;
  #previous: string | undefined;
  #rotatedAt = 0;
  #preferred: string | undefined;

  constructor(token: () => string, clock: () => number) {
    this.#token = token;
    this.#clock = clock;
  }

  preferred(): string {
    const current = this.#refresh();
    return this.#previous === undefined ? current : (this.#preferred ?? current);
  }

  alternativeTo(refused: string): string | undefined {
    const current = this.#refresh();
    return current === refused ? this.#previous : current;
  }

  prefer(token: string): void {
    this.#preferred = token;
  }

  #refresh(): string {
    const token = this.#token();
    if (token !== this.#current) {
      this.#previous = this.#current;
      this.#current = token;
      this.#rotatedAt = this.#clock();
      this.#preferred = undefined;
    } else if (this.#previous !== undefined && this.#clock() - this.#rotatedAt > rotationWindowMs) {
      this.#previous = undefined;
    }
    return token;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof CollateError && error.kind === 'unauthorized';
}

/** Old servers answer 500 to an empty credential, and a line break cannot be part of a header. */
function assertSendable(token: string, { operation }: Call): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  const explanation =
    token === '' ? 'the credential is empty' : 'the credential contains characters that cannot be sent';
  throw new CollateError('unauthorized', { operation: operation.name, explanation });
}
