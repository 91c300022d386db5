import type { AuthenticationMethod, Refusal } from '../credentials/credential.ts';
import type { origins, RequestOperation, resources, SheddingReason } from './catalogue/traffic.ts';
import { trafficMetrics } from './catalogue/traffic.ts';
import type { Distribution, MetricFactory, Series } from './metric-factory.ts';

/** The resource and operation of a request, from closed sets; its route determines both. */
export interface RequestKind {
  readonly resource: (typeof resources)[number];
  readonly operation: RequestOperation;
}

/** The cause of a failure: the gateway, or Collate. */
export type Origin = (typeof origins)[number];

/** One request, answered or abandoned. */
export interface RequestOutcome {
  /** The same object for all requests of one route. */
  readonly kind: RequestKind;
  /** The configured key of the identity provider; `none` without a valid credential. */
  readonly tenant: string;
  readonly status: number;
  readonly seconds: number;
  /** The sizes of the bodies by `Content-Length`; undefined where that is missing. */
  readonly requestBytes: number | undefined;
  readonly responseBytes: number | undefined;
  /** The cause of a 5xx. */
  readonly origin: Origin;
  readonly traceId: string | undefined;
}

/** A pause of this length or more lies between two cycles of a provider. */
const shortestGapMs = 60_000;

/** Requests by route, status and provider. */
export function createRequestMetrics(make: MetricFactory) {
  const serverErrors = make.counter(trafficMetrics.serverErrors);
  const findSeries = createSeries(make);
  const noteCall = createPresence(make);
  let inFlight = 0;
  make.observed(trafficMetrics.inFlight, (set) => set(inFlight));
  return {
    requestStarted: () => {
      inFlight++;
    },
    requestFinished: (outcome: RequestOutcome) => {
      const { kind, tenant, status, seconds, requestBytes, responseBytes, origin, traceId } = outcome;
      inFlight--;
      const { count, time, requestSize, responseSize } = findSeries(kind, tenant, status);
      count.total += 1;
      time.observe(seconds, traceId);
      if (requestBytes !== undefined) requestSize.observe(requestBytes);
      if (responseBytes !== undefined) responseSize.observe(responseBytes);
      if (status >= 500) serverErrors(tenant, origin).total += 1;
      if (tenant !== 'none') noteCall(tenant, status);
    },
  };
}

/** What happens to requests before a use case: authentication and admission. */
export function createEntryMetrics(make: MetricFactory) {
  const attempts = make.counter(trafficMetrics.authAttempts);
  const limited = make.counter(trafficMetrics.rateLimited);
  const shed = make.counter(trafficMetrics.shed);
  return {
    authAttempt: (method: AuthenticationMethod | 'none', result: Refusal | 'ok') => {
      attempts(method, result).total += 1;
    },
    /** A request was answered 503 for want of room, or 429 because its own credential takes too much of it. */
    requestShed: (tenant: string, reason: SheddingReason | 'credential') => {
      if (reason === 'credential') limited(tenant, reason).total += 1;
      else shed(tenant, reason).total += 1;
    },
  };
}

/** The series of one combination of route, provider and status. */
interface OutcomeSeries {
  readonly count: Series;
  readonly time: Distribution;
  readonly requestSize: Distribution;
  readonly responseSize: Distribution;
}

/** Finds the series of an outcome by object and number. Building a text as key would cost more than counting. */
function createSeries(make: MetricFactory): (kind: RequestKind, tenant: string, status: number) => OutcomeSeries {
  const requests = make.counter(trafficMetrics.requests);
  const durations = make.histogram(trafficMetrics.duration);
  const requestSizes = make.histogram(trafficMetrics.requestSize);
  const responseSizes = make.histogram(trafficMetrics.responseSize);
  const known = new WeakMap<RequestKind, Map<string, Map<number, OutcomeSeries>>>();
  return (kind, tenant, status) => {
    const existing = known.get(kind)?.get(tenant)?.get(status);
    if (existing !== undefined) return existing;
    const { resource, operation } = kind;
    const statusClass = toStatusClass(status);
    const made = {
      count: requests(tenant, resource, operation, statusClass, String(status)),
      time: durations(tenant, resource, operation, statusClass),
      requestSize: requestSizes(resource, operation),
      responseSize: responseSizes(resource, operation),
    };
    const ofKind = known.get(kind) ?? new Map<string, Map<number, OutcomeSeries>>();
    const ofTenant = ofKind.get(tenant) ?? new Map<number, OutcomeSeries>();
    known.set(kind, ofKind.set(tenant, ofTenant.set(status, made)));
    return made;
  };
}

interface Presence {
  lastRequest: number;
  lastSuccess: number | undefined;
  readonly gaps: Distribution;
}

/** When each provider last called, and the pauses between its calls. */
function createPresence(make: MetricFactory): (tenant: string, status: number) => void {
  const gaps = make.histogram(trafficMetrics.syncGap);
  const known = new Map<string, Presence>();
  make.observed(trafficMetrics.lastRequest, (set) => {
    for (const [tenant, { lastRequest }] of known) set(lastRequest / 1000, tenant);
  });
  make.observed(trafficMetrics.lastSuccess, (set) => {
    for (const [tenant, { lastSuccess }] of known) if (lastSuccess !== undefined) set(lastSuccess / 1000, tenant);
  });
  return (tenant, status) => {
    const now = Date.now();
    let presence = known.get(tenant);
    if (presence === undefined) {
      presence = { lastRequest: now, lastSuccess: undefined, gaps: gaps(tenant) };
      known.set(tenant, presence);
    }
    const gapMs = now - presence.lastRequest;
    if (gapMs >= shortestGapMs) presence.gaps.observe(gapMs / 1000);
    presence.lastRequest = now;
    if (status < 400) presence.lastSuccess = now;
  };
}

/** The class of a status as a label value: `2xx`; `none` without an answer. */
export function toStatusClass(status: number | undefined): string {
  if (status === undefined) return 'none';
  return statusClasses[Math.floor(status / 100)] ?? 'none';
}

const statusClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'];
