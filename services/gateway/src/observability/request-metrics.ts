import type { MetricFactory, Series } from './metrics.ts';

/** What a request was about, from closed sets; a route template says it. */
export interface RequestKind {
  readonly resource: 'user' | 'group' | 'schema' | 'config' | 'other';
  readonly operation: 'create' | 'get' | 'list' | 'search' | 'replace' | 'patch' | 'delete' | 'bulk' | 'other';
}

/** One request, answered or abandoned. */
export interface RequestOutcome extends RequestKind {
  /** The configured key of the identity provider; `none` when nobody was recognised. */
  readonly tenant: string;
  readonly status: number;
  readonly seconds: number;
}

/** Upper bounds, in seconds, that tell apart what providers notice. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The statuses whose series exist from the start, so that rates work from the first event. */
const foreseenStatuses = [400, 401, 403, 404, 409, 429, 500, 503];
const operations: readonly (readonly [RequestKind['operation'], number])[] = [
  ['create', 201],
  ['get', 200],
  ['list', 200],
  ['search', 200],
  ['replace', 200],
  ['patch', 200],
  ['patch', 204],
  ['delete', 204],
];

/** How requests went, by route template, status and configured provider. */
export function createRequestMetrics(make: MetricFactory) {
  const { seriesOf, foresee } = createSeries(make);
  const lastRequest = createTimestamps(make, 'idp_last_request_timestamp_seconds', 'When a provider last called.');
  const lastSuccess = createTimestamps(make, 'idp_last_success_timestamp_seconds', 'When a provider last succeeded.');
  let inFlight = 0;
  make.observed('http_requests_in_flight', 'Requests that are being served.', [], (gauge) => gauge.set(inFlight));
  return {
    expectTenant: (tenant: string) => {
      for (const outcome of foreseeOutcomes(tenant)) foresee(outcome);
    },
    methods: {
      requestStarted: () => {
        inFlight++;
      },
      requestFinished: (outcome: RequestOutcome) => {
        inFlight--;
        const { count, time } = seriesOf(outcome);
        count.total += 1;
        time.observe(outcome.seconds);
        if (outcome.tenant === 'none') return;
        const now = Date.now();
        lastRequest.set(outcome.tenant, now);
        if (outcome.status < 400) lastSuccess.set(outcome.tenant, now);
      },
    },
  };
}

/** The counter and the histogram of one kind of outcome, looked up once. */
interface OutcomeSeries {
  readonly count: Series;
  readonly time: { observe(value: number): void };
}

type Labelled = Omit<RequestOutcome, 'seconds'>;

function createSeries(make: MetricFactory) {
  const labels = ['tenant', 'resource', 'operation', 'status_class'];
  const requests = make.tally('http_requests_total', 'Requests answered.', ...labels, 'code');
  const durations = make.histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the last of its answer.',
    durationBuckets,
    ...labels,
  );
  const known = new Map<string, OutcomeSeries>();
  const seriesOf = ({ tenant, resource, operation, status }: Labelled): OutcomeSeries => {
    const key = `${tenant} ${resource} ${operation} ${status}`;
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    const statusClass = toStatusClass(status);
    const made = {
      count: requests(tenant, resource, operation, statusClass, String(status)),
      time: durations.labels(tenant, resource, operation, statusClass),
    };
    known.set(key, made);
    return made;
  };
  const foresee = (outcome: Labelled) => {
    const { tenant, resource, operation, status } = outcome;
    seriesOf(outcome);
    durations.zero({ tenant, resource, operation, status_class: toStatusClass(status) });
  };
  return { seriesOf, foresee };
}

function foreseeOutcomes(tenant: string): readonly Labelled[] {
  return (['user', 'group'] as const).flatMap((resource) =>
    operations.flatMap(([operation, status]) =>
      [status, ...foreseenStatuses].map((each) => ({ tenant, resource, operation, status: each })),
    ),
  );
}

/** Moments by tenant, in milliseconds since the epoch, that cost nothing to note. */
function createTimestamps(make: MetricFactory, name: string, help: string): Map<string, number> {
  const moments = new Map<string, number>();
  make.observed(name, help, ['tenant'], (gauge) => {
    for (const [tenant, moment] of moments) gauge.set({ tenant }, moment / 1000);
  });
  return moments;
}

/** The class of a status, as a label: `2xx`; `none` when there was no answer. */
export function toStatusClass(status: number | undefined): string {
  return status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
}
