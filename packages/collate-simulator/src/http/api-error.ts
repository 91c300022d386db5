import type { GenerationRules } from '../generation.ts';

/** An error answer, in the words of the real server. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the server adds its challenge, if the status calls for one. */
  readonly isChallenged: boolean;

  constructor(
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    { isChallenged = true }: { readonly isChallenged?: boolean } = {},
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
    this.isChallenged = isChallenged;
  }
}

/** An error answer as from `refuse`, to which the server adds no challenge. */
export function refuseUnchallenged(status: number, message: string): ApiError {
  return new ApiError(status, { code: status, message }, {}, { isChallenged: false });
}

/** An error answer of the generic shape: `{code, message}`. */
export function refuse(status: number, message: string): ApiError {
  return new ApiError(status, { code: status, message });
}

/** An exception without a mapping: 500. `inGeneration` gives it the shape of later generations. */
export function unhandled(message: string): ApiError {
  return new ApiError(500, {
    responseMessage: `An exception with message [${message}] was thrown while processing request.`,
  });
}

/** An error in the shape of a server generation: later ones name the type of an exception without a mapping. */
export function inGeneration(rules: GenerationRules, error: ApiError): ApiError {
  const { status, body, headers } = error;
  if (rules.hidesNotFound || typeof body !== 'object' || body === null || !('responseMessage' in body)) return error;
  return new ApiError(
    status,
    { code: status, errorType: 'UNHANDLED_SERVER_EXCEPTION', message: body.responseMessage },
    headers,
  );
}

/** The server's process ended before it answered: the connection closes. */
export class Crash extends Error {}

/** A failure of routing or negotiation, such as `HTTP 404 Not Found`; generation 1.1 answers all of them with 500. */
export function httpFailure(rules: GenerationRules, status: number, reason: string): ApiError {
  const message = `HTTP ${status} ${reason}`;
  return rules.hidesNotFound ? unhandled(message) : refuseUnchallenged(status, message);
}

/** A failure of a known path; later generations list its methods. */
export function wrongMethod(rules: GenerationRules, allowed: string): ApiError {
  const { status, body } = httpFailure(rules, 405, 'Method Not Allowed');
  return new ApiError(status, body, rules.hidesNotFound ? {} : { allow: allowed });
}

/** 404 for an entity that does not exist; the text names the requested key. */
export function notFound(type: string, key: string): ApiError {
  return refuse(404, `${type} instance for ${key} not found`);
}

/** A path with NUL or a malformed escape: 400 with the HTML body of the front end, Jetty. */
export class BadPath extends ApiError {
  constructor() {
    super(400, '<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>', {
      'content-type': 'text/html;charset=iso-8859-1',
    });
  }
}
