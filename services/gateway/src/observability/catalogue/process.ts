import { counter, gauge } from './declaration.ts';

/** Files that are read again when they change, by what is in them. */
export const fileKinds = [
  'collate-token',
  'scim-token',
  'scim-tokens',
  'redis-credentials',
  'redis-certificates',
  'otlp-headers',
] as const;
export type FileKind = (typeof fileKinds)[number];

/** How the gateway itself fares: what runs, its files, its audit trail, its end. */
export const processMetrics = {
  build: gauge('build_info', 'What is running; always 1.', {
    version: 'the version of the gateway',
    revision: 'the commit it was built from (`BUILD_REVISION`), or `unknown`',
    node: 'the version of Node',
  }),
  readOnly: gauge('read_only', 'Whether writes are refused.'),
  draining: gauge('draining', 'Whether the gateway is about to stop.'),
  reloadSuccessful: gauge(
    'config_last_reload_successful',
    'Whether all files of a kind were good when they were last looked at; the last good content stays in force.',
    { kind: fileKinds },
  ),
  reloadTimestamp: gauge(
    'config_last_reload_success_timestamp_seconds',
    'When a changed file of a kind was last taken; 0 when none has changed.',
    { kind: fileKinds },
  ),
  certificateExpiry: gauge(
    'certificate_expiry_timestamp_seconds',
    'When a certificate from a file expires; of several in one file the first to expire.',
    { certificate: ['redis-ca', 'redis-client'] },
  ),
  audit: counter('audit_events_total', 'Audit events.', { labels: { result: ['written', 'dropped'] } }),
  traceSpans: counter('trace_spans_total', 'Spans of traces: sent, or lost since no collector took them.', {
    labels: { result: ['exported', 'dropped'] },
  }),
  logErrors: counter('log_write_errors_total', 'Writes to standard error that failed; lines were lost.'),
};
