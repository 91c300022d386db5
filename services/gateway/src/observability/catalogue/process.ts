import { counter, gauge } from './declaration.ts';

/** The kinds of files that are read again when they change, by content. */
export const fileKinds = [
  'collate-token',
  'scim-token',
  'scim-tokens',
  'redis-credentials',
  'redis-certificates',
  'otlp-headers',
] as const;
export type FileKind = (typeof fileKinds)[number];

/** The gateway itself: build, read-only state, files, audit trail, log, shutdown. */
export const processMetrics = {
  build: gauge('build_info', 'The running build; always 1.', {
    version: 'the version of the gateway',
    revision: 'the commit it was built from (`BUILD_REVISION`), or `unknown`',
    node: 'the version of Node',
  }),
  readOnly: gauge('read_only', '1 while the gateway refuses writes, else 0.'),
  draining: gauge('draining', '1 once the gateway is shutting down, else 0.'),
  reloadSuccessful: gauge(
    'config_last_reload_successful',
    '1 if all files of a kind were usable when they were last checked, else 0; the last good content stays in force.',
    { kind: fileKinds },
  ),
  reloadTimestamp: gauge(
    'config_last_reload_success_timestamp_seconds',
    'When a changed file of a kind was last read; 0 if no file has changed.',
    { kind: fileKinds },
  ),
  certificateExpiry: gauge(
    'certificate_expiry_timestamp_seconds',
    'When a certificate from a file expires; for several in one file, the first expiry.',
    { certificate: ['redis-ca', 'redis-client'] },
  ),
  audit: counter('audit_events_total', 'Audit events, by whether they were written.', {
    labels: { result: ['written', 'dropped'] },
  }),
  traceSpans: counter(
    'trace_spans_total',
    'Spans of traces: exported, or dropped because no collector accepted them.',
    {
      labels: { result: ['exported', 'dropped'] },
    },
  ),
  logErrors: counter('log_write_errors_total', 'Failed writes to standard error; log lines were lost.'),
};
