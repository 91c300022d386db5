import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallTrace, RequestTrace, TracedCall, TracedRequest, Tracing } from '../trace.ts';
import { type ExporterOptions, SpanExporter } from './exporter.ts';
import type { AttributeValue } from './otlp.ts';
import { isSampled, type SamplerConfig } from './sampler.ts';
import { newSpanId, newTraceId, parseTraceparent, type TraceContext, toTraceparent } from './trace-context.ts';

export interface TracingOptions extends ExporterOptions {
  readonly sampler: SamplerConfig;
  /** Scheme, host and port of Collate. */
  readonly upstream: URL;
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Creates traces that are exported by OTLP. */
export function createTracing(options: TracingOptions): Tracing {
  const exporter = new SpanExporter(options);
  const current = new AsyncLocalStorage<TraceContext>();
  const contexts = new WeakMap<RequestTrace, TraceContext>();
  return {
    begin: (request) => {
      const { trace, context } = beginRequest(request, options.sampler, exporter);
      contexts.set(trace, context);
      return trace;
    },
    run: (trace, work) => {
      const context = contexts.get(trace);
      if (context === undefined) work();
      else current.run(context, work);
    },
    beginCall: (call) => {
      const parent = current.getStore();
      return parent === undefined ? undefined : beginCall(call, parent, options.upstream, exporter);
    },
    currentTraceId: () => {
      const context = current.getStore();
      return context?.isSampled === true ? context.traceId : undefined;
    },
    [Symbol.asyncDispose]: () => exporter[Symbol.asyncDispose](),
  };
}

function beginRequest(
  { parent: header, method, route, kind, startedAt }: TracedRequest,
  sampler: SamplerConfig,
  exporter: SpanExporter,
): { readonly trace: RequestTrace; readonly context: TraceContext } {
  const parent = parseTraceparent(header);
  const traceId = parent?.traceId ?? newTraceId();
  const context = { traceId, spanId: newSpanId(), isSampled: isSampled(traceId, parent, sampler) };
  const verb = knownMethods.has(method) ? method : '_OTHER';
  const end: RequestTrace['end'] = ({ status, tenant }) => {
    if (!context.isSampled) return;
    exporter.add({
      kind: 'server',
      name: route === undefined ? verb : `${verb} ${route}`,
      traceId,
      spanId: context.spanId,
      parentSpanId: parent?.spanId,
      startMs: toEpoch(startedAt),
      endMs: toEpoch(performance.now()),
      attributes: {
        'http.request.method': verb,
        'http.route': route,
        'http.response.status_code': status,
        'scim.resource': kind.resource,
        'scim.operation': kind.operation,
        'scim.tenant': tenant,
        'error.type': status >= 500 ? String(status) : undefined,
      },
      isError: status >= 500,
    });
  };
  return { trace: { traceId: context.isSampled ? traceId : undefined, end }, context };
}

function beginCall(call: TracedCall, parent: TraceContext, upstream: URL, exporter: SpanExporter): CallTrace {
  const context = { ...parent, spanId: newSpanId() };
  const startMs = toEpoch(performance.now());
  return {
    headers: { traceparent: toTraceparent(context) },
    end: ({ status, outcome }) => {
      if (!context.isSampled) return;
      const isError = outcome !== 'ok';
      exporter.add({
        kind: 'client',
        name: `${call.method} ${call.path}`,
        traceId: context.traceId,
        spanId: context.spanId,
        parentSpanId: parent.spanId,
        startMs,
        endMs: toEpoch(performance.now()),
        attributes: toCallAttributes(call, upstream, status, isError ? outcome : undefined),
        isError,
      });
    },
  };
}

function toCallAttributes(
  { name, method, path }: TracedCall,
  upstream: URL,
  status: number | undefined,
  error: string | undefined,
): Readonly<Record<string, AttributeValue | undefined>> {
  const defaultPort = upstream.protocol === 'https:' ? 443 : 80;
  return {
    'http.request.method': method,
    'url.template': `/api${path}`,
    'server.address': upstream.hostname,
    'server.port': upstream.port === '' ? defaultPort : Number(upstream.port),
    'http.response.status_code': status,
    'collate.operation': name,
    'error.type': error,
  };
}

function toEpoch(moment: number): number {
  return performance.timeOrigin + moment;
}
