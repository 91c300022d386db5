/** A refusal as the real server words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The generic shape: `{code, message}`. */
export function refuse(status: number, message: string): ApiError {
  return new ApiError(status, { code: status, message });
}

/** A failure that nobody mapped: 500 with `{responseMessage}`. */
export function unhandled(message: string): ApiError {
  return new ApiError(500, {
    responseMessage: `An exception with message [${message}] was thrown while processing request.`,
  });
}

/** No such entity; the server names what was asked for. */
export function notFound(type: string, key: string): ApiError {
  return refuse(404, `${type} instance for ${key} not found`);
}

/** A refusal that a front end such as Jetty words in HTML. */
export function badMessage(): ApiError {
  return new ApiError(400, '<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>', {
    'content-type': 'text/html;charset=iso-8859-1',
  });
}
