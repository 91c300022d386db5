import type { Urgency } from './urgency.ts';

/** Why a request is turned away: everything is full, its credential has its share, bodies take too much memory. */
export type Refusal = 'in-flight' | 'credential' | 'bodies';

/** How much may be served at one time. */
export interface AdmissionLimits {
  readonly requests: number;
  /** Of bodies, in bytes, as far as they are announced. */
  readonly bodyBytes: number;
}

/** A request that was let in. */
export interface Ticket {
  /** Whether there is only room for it if it turns out to be urgent. */
  readonly isProvisional: boolean;
  /** The body has come and is so large. */
  settle(bodyBytes: number): void;
  /** The request is over; saying so twice is fine. */
  leave(): void;
}

/** What is known of a request before its body. */
export interface Applicant {
  /** Names the credential. */
  readonly credential: string;
  readonly urgency: Urgency;
  readonly bodyBytes: number;
}

/** Kept free for urgent requests. */
const urgentShare = 1 / 8;
/** What one credential may take of the rest, so that there is always room for another. */
const credentialShare = 3 / 4;
/** Larger bodies are not read only to find out whether they are urgent. */
const smallBodyBytes = 65_536;

/** Counts the requests that are being served, and lets in no more than can be. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #normalRequests: number;
  readonly #perCredential: number;
  readonly #byCredential = new Map<string, number>();
  #requests = 0;
  #bodyBytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    this.#normalRequests = limits.requests - Math.ceil(limits.requests * urgentShare);
    this.#perCredential = Math.max(1, Math.floor(this.#normalRequests * credentialShare));
  }

  /** Lets a request in, or says why not. `isUnderPressure`: there is room for urgent ones only. */
  enter(applicant: Applicant, isUnderPressure: boolean): Ticket | Refusal | 'pressure' {
    if (this.#requests >= this.#limits.requests) return 'in-flight';
    if (applicant.urgency === 'urgent') return this.#admit(applicant, false);
    const refusal = isUnderPressure ? 'pressure' : this.#findRefusal(applicant);
    if (refusal === undefined) return this.#admit(applicant, false);
    const mayProveUrgent = applicant.urgency === 'unknown' && applicant.bodyBytes <= smallBodyBytes;
    return mayProveUrgent ? this.#admit(applicant, true) : refusal;
  }

  #findRefusal({ credential, bodyBytes }: Applicant): Refusal | undefined {
    if ((this.#byCredential.get(credential) ?? 0) >= this.#perCredential) return 'credential';
    if (this.#requests >= this.#normalRequests) return 'in-flight';
    const isTooMuch = bodyBytes > 0 && this.#bodyBytes > 0 && this.#bodyBytes + bodyBytes > this.#limits.bodyBytes;
    return isTooMuch ? 'bodies' : undefined;
  }

  #admit({ credential, bodyBytes }: Applicant, isProvisional: boolean): Ticket {
    let bytes = bodyBytes;
    let isOver = false;
    this.#count(credential, 1, bytes);
    return {
      isProvisional,
      settle: (actual) => {
        if (isOver) return;
        this.#bodyBytes += actual - bytes;
        bytes = actual;
      },
      leave: () => {
        if (isOver) return;
        isOver = true;
        this.#count(credential, -1, -bytes);
      },
    };
  }

  #count(credential: string, requests: number, bodyBytes: number): void {
    this.#requests += requests;
    this.#bodyBytes += bodyBytes;
    const own = (this.#byCredential.get(credential) ?? 0) + requests;
    if (own === 0) this.#byCredential.delete(credential);
    else this.#byCredential.set(credential, own);
  }
}
