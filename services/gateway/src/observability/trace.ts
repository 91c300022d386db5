import type { CollateErrorKind } from '@scim-gateway/collate-client/model';
import type { RequestKind } from './request-metrics.ts';

/** What is known of a request when its span begins. */
export interface TracedRequest {
  /** The `traceparent` of whoever asks, where it is to be believed. */
  readonly parent: string | undefined;
  readonly method: string;
  /** The route's template; undefined for what is no route of ours. */
  readonly route: string | undefined;
  readonly kind: RequestKind;
  /** When it arrived, by `performance.now()`. */
  readonly startedAt: number;
}

/** The span of one request. */
export interface RequestTrace {
  /** The trace's id, if it is recorded. */
  readonly traceId: string | undefined;
  end(outcome: { readonly status: number; readonly tenant: string }): void;
}

/** A call to Collate that begins, in words of its operation. */
export interface TracedCall {
  readonly name: string;
  readonly method: string;
  /** The path's template. */
  readonly path: string;
}

/** The span of one call to Collate. */
export interface CallTrace {
  /** What tells Collate whose call it is. */
  readonly headers: Readonly<Record<string, string>>;
  end(outcome: { readonly status: number | undefined; readonly outcome: 'ok' | CollateErrorKind }): void;
}

/** Spans of requests and of the calls that they cause. None holds a name, an id, an address or a filter: routes are templates. */
export interface Tracing extends AsyncDisposable {
  begin(request: TracedRequest): RequestTrace;
  /** Runs the work, and whatever it starts, as part of the request. */
  run(trace: RequestTrace, work: () => void): void;
  /** The span of a call; undefined where no request causes it. */
  beginCall(call: TracedCall): CallTrace | undefined;
  /** The id of the trace that is being recorded here and now. */
  currentTraceId(): string | undefined;
}
