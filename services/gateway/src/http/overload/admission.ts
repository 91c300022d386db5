import type { SheddingReason } from '../../observability/catalogue/traffic.ts';
import type { Pressure } from './pressure.ts';
import type { Urgency } from './urgency.ts';

/** Why a request is refused: `credential` means that its credential has used up its share. */
export type Refusal = SheddingReason | 'credential';

/** What the gateway serves at one time. */
export interface AdmissionLimits {
  readonly requests: number;
  /** Sum of all bodies, in bytes. */
  readonly bodyBytes: number;
}

/** An admitted request's place. */
export interface Ticket {
  /** The place is free for urgent requests only; refuse the request if its body does not make it urgent. */
  readonly isProvisional: boolean;
  /** Replaces the announced size of the body by its actual size. */
  settle(bodyBytes: number): void;
  /** Frees the place. Further calls do nothing. */
  release(): void;
}

/** What admission knows of a request before its body arrives. */
export interface Applicant {
  /** Name of the credential. */
  readonly credential: string;
  readonly urgency: Urgency;
  /** Announced size of the body, or the largest that the endpoint accepts. */
  readonly bodyBytes: number;
  /** Set while the process is under pressure: only urgent requests are admitted. */
  readonly pressure: Pressure | undefined;
}

/** Share of all places that only urgent requests may take. */
const urgentShare = 1 / 8;
/** Share of the other places that one credential may take; the rest stays free for other credentials. */
const credentialShare = 3 / 4;
/** The gateway reads larger bodies only if the request has a place even without being urgent. */
const smallBodyBytes = 65_536;

/** Counts the requests being served and admits new ones within the limits. */
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

  /** Gives the request a ticket, or the reason for its refusal. */
  enter(applicant: Applicant): Ticket | Refusal {
    if (this.#requests >= this.#limits.requests) return 'in-flight';
    const refusal = applicant.urgency === 'urgent' ? undefined : this.#findRefusal(applicant);
    if (refusal === undefined) return this.#admit(applicant, { isProvisional: false });
    const mayProveUrgent = applicant.urgency === 'unknown' && applicant.bodyBytes <= smallBodyBytes;
    return mayProveUrgent ? this.#admit(applicant, { isProvisional: true }) : refusal;
  }

  #findRefusal({ credential, bodyBytes, pressure }: Applicant): Refusal | undefined {
    if (pressure !== undefined) return pressure;
    if ((this.#byCredential.get(credential) ?? 0) >= this.#perCredential) return 'credential';
    if (this.#requests >= this.#normalRequests) return 'in-flight';
    const isTooMuch = bodyBytes > 0 && this.#bodyBytes > 0 && this.#bodyBytes + bodyBytes > this.#limits.bodyBytes;
    return isTooMuch ? 'bodies' : undefined;
  }

  #admit({ credential, bodyBytes }: Applicant, { isProvisional }: Pick<Ticket, 'isProvisional'>): Ticket {
    let bytes = bodyBytes;
    let isReleased = false;
    this.#count(credential, 1, bytes);
    return {
      isProvisional,
      settle: (actual) => {
        if (isReleased) return;
        this.#bodyBytes += actual - bytes;
        bytes = actual;
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
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
