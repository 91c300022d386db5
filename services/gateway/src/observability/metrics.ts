import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a request was about, from closed sets; a route template says it. */
export interface RequestKind {
  readonly resource: 'user' | 'group' | 'schema' | 'config' | 'other';
  readonly operation: 'create' | 'get' | 'list' | 'search' | 'replace' | 'patch' | 'delete' | 'other';
}

/** One request, answered or abandoned. */
export interface RequestOutcome extends RequestKind {
  /** The configured key of the identity provider; `none` when nobody was recognised. */
  readonly tenant: string;
  readonly status: number;
  readonly seconds: number;
}

/** One attempt at one call to Collate. */
export interface UpstreamOutcome {
  readonly operation: string;
  readonly status: number | undefined;
  readonly outcome: string;
  readonly durationMs: number;
}

/** Something that a metric reads at the moment it is asked. */
export interface MetricsSources {
  readonly version: string;
  readonly isRedisConfigured: boolean;
  /** The configured keys of the identity providers, whose series exist from the start. */
  readonly tenants: () => readonly string[];
  /** When credentials expire, by name, in milliseconds since the epoch. */
  readonly tokenExpiries: () => ReadonlyMap<string, number>;
  /** When the gateway's own Collate token expires. */
  readonly upstreamTokenExpiry: () => number | undefined;
  readonly isReadOnly: () => boolean;
}

/** Everything the gateway counts and times; no label ever holds an id, a name of a person or a text of a request. */
export type Metrics = ReturnType<typeof createMetrics>;

const prefix = 'scim_gateway_';
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The statuses whose series exist from the start, so that rates work from the first event. */
const foreseenStatuses = [400, 401, 403, 404, 409, 429, 500, 503];
const scimTypes = ['invalidFilter', 'tooMany', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget'];
const otherScimTypes = ['invalidValue', 'invalidVers', 'sensitive', 'none'];
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

/** Metrics in a registry of their own. */
export function createMetrics(sources: MetricsSources) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const make = createFactory(registry);
  describeProcess(make, sources);
  const http = createHttpMetrics(make);
  const events = createEventMetrics(make);
  const upstream = createUpstreamMetrics(make);
  const stores = createStoreMetrics(make, sources.isRedisConfigured);
  for (const tenant of sources.tenants()) initialiseTenant(tenant, http.initialise, events.initialise);
  return {
    /** The text that Prometheus reads. */
    render: () => registry.metrics(),
    contentType: registry.contentType,
    ...http.methods,
    ...events.methods,
    ...upstream,
    ...stores,
  };
}

type Factory = ReturnType<typeof createFactory>;

function createFactory(registry: Registry) {
  const named = (name: string, help: string, labelNames: readonly string[]) => ({
    name: `${prefix}${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    counter: (name: string, help: string, ...labels: string[]) => new Counter(named(name, help, labels)),
    gauge: (name: string, help: string, ...labels: string[]) => new Gauge(named(name, help, labels)),
    histogram: (name: string, help: string, buckets: number[], ...labels: string[]) =>
      new Histogram({ ...named(name, help, labels), buckets }),
    /** A gauge whose values are looked up when it is asked. */
    observed: (name: string, help: string, labels: string[], collect: (gauge: Gauge) => void) =>
      new Gauge({
        ...named(name, help, labels),
        collect() {
          this.reset();
          collect(this);
        },
      }),
  };
}

function describeProcess(make: Factory, sources: MetricsSources): void {
  const build = make.gauge('build_info', 'What is running; always 1.', 'version', 'node');
  build.set({ version: sources.version, node: process.version }, 1);
  make.observed('read_only', 'Whether writes are refused.', [], (gauge) => gauge.set(sources.isReadOnly() ? 1 : 0));
  make.observed(
    'token_expiry_timestamp_seconds',
    'When a SCIM token expires; tokens without expiry are left out.',
    ['token_id'],
    (gauge) => {
      for (const [name, expiresAt] of sources.tokenExpiries()) gauge.set({ token_id: name }, expiresAt / 1000);
    },
  );
  make.observed(
    'upstream_token_expiry_timestamp_seconds',
    "When the gateway's own Collate token expires; absent when it does not.",
    ['target'],
    (gauge) => {
      const expiresAt = sources.upstreamTokenExpiry();
      if (expiresAt !== undefined) gauge.set({ target: 'collate' }, expiresAt / 1000);
    },
  );
}

function createHttpMetrics(make: Factory) {
  const labels = ['tenant', 'resource', 'operation', 'status_class'];
  const requests = make.counter('http_requests_total', 'Requests answered.', ...labels, 'code');
  const durations = make.histogram(
    'http_request_duration_seconds',
    'Time from the first byte of a request to the last of its answer.',
    requestBuckets,
    ...labels,
  );
  const lastRequest = createTimestamps(make, 'idp_last_request_timestamp_seconds', 'When a provider last called.');
  const lastSuccess = createTimestamps(make, 'idp_last_success_timestamp_seconds', 'When a provider last succeeded.');
  let inFlight = 0;
  make.observed('http_requests_in_flight', 'Requests that are being served.', [], (gauge) => gauge.set(inFlight));
  const series = new Map<string, { readonly count: Counter.Internal; readonly time: Histogram.Internal<string> }>();
  const seriesOf = ({ tenant, resource, operation, status }: Omit<RequestOutcome, 'seconds'>) => {
    const key = `${tenant} ${resource} ${operation} ${status}`;
    const known = series.get(key);
    if (known !== undefined) return known;
    const statusClass = toStatusClass(status);
    const made = {
      count: requests.labels(tenant, resource, operation, statusClass, String(status)),
      time: durations.labels(tenant, resource, operation, statusClass),
    };
    series.set(key, made);
    return made;
  };
  return {
    initialise: (outcome: Omit<RequestOutcome, 'seconds'>) => {
      seriesOf(outcome).count.inc(0);
      const { tenant, resource, operation, status } = outcome;
      durations.zero({ tenant, resource, operation, status_class: toStatusClass(status) });
    },
    methods: {
      requestStarted: () => {
        inFlight++;
      },
      requestFinished: (outcome: RequestOutcome) => {
        inFlight--;
        const { count, time } = seriesOf(outcome);
        count.inc();
        time.observe(outcome.seconds);
        if (outcome.tenant === 'none') return;
        const now = Date.now();
        lastRequest.set(outcome.tenant, now);
        if (outcome.status < 400) lastSuccess.set(outcome.tenant, now);
      },
    },
  };
}

/** Moments by tenant, in milliseconds since the epoch, that cost nothing to note. */
function createTimestamps(make: Factory, name: string, help: string): Map<string, number> {
  const moments = new Map<string, number>();
  make.observed(name, help, ['tenant'], (gauge) => {
    for (const [tenant, moment] of moments) gauge.set({ tenant }, moment / 1000);
  });
  return moments;
}

function createEventMetrics(make: Factory) {
  const errors = make.counter('scim_errors_total', 'SCIM errors answered.', 'tenant', 'scim_type');
  const quirks = make.counter(
    'quirk_normalizations_total',
    'Deviations of providers that were taken.',
    'tenant',
    'quirk',
  );
  const patches = make.counter('patch_operations_total', 'Operations in PATCH requests.', 'tenant', 'op');
  const attempts = make.counter('auth_attempts_total', 'Requests by how they authenticated.', 'method', 'result');
  const audit = make.counter('audit_events_total', 'Audit events.', 'result');
  const notices = make.counter('provisioning_notices_total', 'What was done otherwise than asked.', 'kind');
  const foreign = make.counter('foreign_documents_total', 'Documents of ours that somebody else wrote; ignored.');
  const reloadGood = make.gauge(
    'config_last_reload_successful',
    'Whether the last change of a secret or token file was taken.',
  );
  const reloadTime = make.gauge('config_last_reload_success_timestamp_seconds', 'When a changed file was last taken.');
  const draining = make.gauge('draining', 'Whether the gateway is about to stop.');
  reloadGood.set(1);
  for (const result of ['written', 'dropped']) audit.inc({ result }, 0);
  for (const method of ['token', 'collate-bot']) attempts.inc({ method, result: 'ok' }, 0);
  for (const result of ['missing', 'invalid', 'expired']) attempts.inc({ method: 'none', result }, 0);
  return {
    initialise: (tenant: string) => {
      for (const type of [...scimTypes, ...otherScimTypes]) errors.inc({ tenant, scim_type: type }, 0);
      for (const op of ['add', 'replace', 'remove', 'other']) patches.inc({ tenant, op }, 0);
    },
    methods: {
      scimError: (tenant: string, scimType: string | undefined) =>
        errors.inc({ tenant, scim_type: scimType ?? 'none' }),
      quirk: (tenant: string, quirk: string) => quirks.inc({ tenant, quirk }),
      patchOperation: (tenant: string, op: string) => patches.inc({ tenant, op }),
      authAttempt: (method: string, result: string) => attempts.inc({ method, result }),
      auditEvent: (result: 'written' | 'dropped') => audit.inc({ result }),
      notice: (kind: string) => notices.inc({ kind }),
      foreignDocument: () => foreign.inc(),
      fileReloaded: (isGood: boolean) => {
        reloadGood.set(isGood ? 1 : 0);
        if (isGood) reloadTime.set(Date.now() / 1000);
      },
      draining: () => draining.set(1),
    },
  };
}

function createUpstreamMetrics(make: Factory) {
  const labels = ['target', 'operation', 'status_class'];
  const requests = make.counter('upstream_requests_total', 'Calls to Collate, each attempt.', ...labels, 'outcome');
  const durations = make.histogram(
    'upstream_request_duration_seconds',
    'Time of calls to Collate, waiting for a connection included.',
    requestBuckets,
    'target',
    'operation',
  );
  const retries = make.counter('upstream_retries_total', 'Calls to Collate that were repeated.', 'target', 'reason');
  const limited = make.counter('upstream_rate_limited_total', 'Answers of Collate that asked to wait.', 'target');
  const state = make.gauge(
    'circuit_breaker_state',
    'The state of the breaker is the series that is 1.',
    'target',
    'state',
  );
  const transitions = make.counter('circuit_breaker_transitions_total', 'Changes of the breaker.', 'target', 'to');
  const target = 'collate';
  const states = ['closed', 'open', 'half-open'];
  for (const each of states) {
    state.set({ target, state: each }, each === 'closed' ? 1 : 0);
    transitions.inc({ target, to: each }, 0);
  }
  limited.inc({ target }, 0);
  return {
    upstreamCall: ({ operation, status, outcome, durationMs }: UpstreamOutcome) => {
      requests.inc({ target, operation, status_class: toStatusClass(status), outcome });
      durations.observe({ target, operation }, durationMs / 1000);
      if (status === 429) limited.inc({ target });
    },
    upstreamRetry: (reason: string) => retries.inc({ target, reason }),
    circuit: (now: string) => {
      for (const each of states) state.set({ target, state: each }, each === now ? 1 : 0);
      transitions.inc({ target, to: now });
    },
  };
}

function createStoreMetrics(make: Factory, isRedisConfigured: boolean) {
  const reads = make.counter('cache_requests_total', 'Look-ups in the cache.', 'cache', 'result');
  const configured = make.gauge('redis_configured', 'Whether replicas share a Redis.');
  const up = make.gauge('redis_up', 'Whether Redis answers; 0 also when none is configured.');
  const errors = make.counter('redis_errors_total', 'Redis commands that failed or took too long.');
  const documents = make.gauge(
    'document_store_state',
    "What Collate's document store is to us: the series that is 1.",
    'state',
  );
  configured.set(isRedisConfigured ? 1 : 0);
  for (const cache of ['user', 'group', 'team-kind', 'document', 'documents']) {
    for (const result of ['hit', 'miss']) reads.inc({ cache, result }, 0);
  }
  const states = ['available', 'absent', 'refused'];
  for (const state of states) documents.set({ state }, 0);
  return {
    cacheRead: (cache: string, result: 'hit' | 'miss') => reads.inc({ cache, result }),
    redisAvailable: (isAvailable: boolean) => up.set(isAvailable ? 1 : 0),
    redisError: () => errors.inc(),
    documentStore: (now: string) => {
      for (const state of states) documents.set({ state }, state === now ? 1 : 0);
    },
  };
}

function initialiseTenant(
  tenant: string,
  initialiseHttp: (outcome: Omit<RequestOutcome, 'seconds'>) => void,
  initialiseEvents: (tenant: string) => void,
): void {
  initialiseEvents(tenant);
  for (const resource of ['user', 'group'] as const) {
    for (const [operation, status] of operations) {
      for (const each of [status, ...foreseenStatuses]) initialiseHttp({ tenant, resource, operation, status: each });
    }
  }
}

function toStatusClass(status: number | undefined): string {
  return status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
}
