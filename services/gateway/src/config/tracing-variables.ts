import Type from 'typebox';
import { httpUrl, httpUrlWords } from './http-url.ts';
import { defaulted, optional } from './variable.ts';

const pairs = Type.Array(Type.String({ pattern: '^[^=\\s]+=.*$' }));
const pairsWords = 'a comma-separated list of NAME=VALUE';

/** The variables of OpenTelemetry, as its specification names them. */
export const tracing = {
  OTEL_EXPORTER_OTLP_ENDPOINT: optional({
    type: httpUrl,
    accepts: httpUrlWords,
    description:
      'Base URL of the collector for traces; the gateway appends `/v1/traces`. Without a collector nothing is traced.',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional({
    type: httpUrl,
    accepts: httpUrlWords,
    description: 'The complete URL for traces, instead of the base URL.',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: optional({
    type: Type.String({ pattern: '^[^=\\s]+=[^,]*(,[^=\\s]+=[^,]*)*$' }),
    accepts: pairsWords,
    secret: true,
    description: 'Headers that the collector requires, with percent-encoded values.',
  }),
  OTEL_EXPORTER_OTLP_TIMEOUT: defaulted({
    type: Type.Integer({ minimum: 1, maximum: 600_000 }),
    default: 10_000,
    description: 'Milliseconds for one request to the collector.',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: defaulted({
    type: Type.Enum(['http/json']),
    default: 'http/json',
    description: 'The protocol of exports; every collector accepts it on its port for OTLP over HTTP, 4318.',
  }),
  OTEL_SERVICE_NAME: defaulted({
    type: Type.String({ minLength: 1 }),
    default: 'scim-gateway',
    description: 'The name of the gateway in traces.',
  }),
  OTEL_RESOURCE_ATTRIBUTES: defaulted({
    type: pairs,
    accepts: pairsWords,
    default: [],
    description: 'Further attributes of the gateway in traces, with percent-encoded values.',
  }),
  OTEL_TRACES_SAMPLER: defaulted({
    type: Type.Enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ]),
    default: 'parentbased_always_on',
    description:
      'Which traces are recorded; with `parentbased_` a provider that sends `traceparent` and a valid token decides.',
  }),
  OTEL_TRACES_SAMPLER_ARG: defaulted({
    type: Type.Number({ minimum: 0, maximum: 1 }),
    default: 1,
    description: 'The share of traces that `traceidratio` records.',
  }),
  OTEL_TRACES_EXPORTER: defaulted({
    type: Type.Enum(['otlp', 'none']),
    default: 'otlp',
    description: '`none` switches traces off.',
  }),
  OTEL_SDK_DISABLED: defaulted({
    type: Type.Boolean(),
    default: false,
    description: 'Switches traces off.',
  }),
};
