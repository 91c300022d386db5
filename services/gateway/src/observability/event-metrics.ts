import type { MetricFactory } from './metrics.ts';

const scimTypes = ['invalidFilter', 'tooMany', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget'];
const otherScimTypes = ['invalidValue', 'invalidVers', 'sensitive', 'none'];

const sheddingReasons = ['in-flight', 'bodies', 'event-loop', 'heap'];

/** What happened while serving: errors, tolerated deviations, authentication, audit, notices, reloads. */
export function createEventMetrics(make: MetricFactory) {
  const errors = make.counter('scim_errors_total', 'SCIM errors answered.', 'tenant', 'scim_type');
  const quirks = make.counter(
    'quirk_normalizations_total',
    'Deviations of providers that were taken.',
    'tenant',
    'quirk',
  );
  const patches = make.counter('patch_operations_total', 'Operations in PATCH requests.', 'tenant', 'op');
  const attempts = make.tally('auth_attempts_total', 'Requests by how they authenticated.', 'method', 'result');
  const notices = make.counter('provisioning_notices_total', 'What was done otherwise than asked.', 'kind');
  const foreign = make.counter('foreign_documents_total', 'Documents of ours that somebody else wrote; ignored.');
  const limited = make.counter('rate_limited_total', 'Requests that were answered 429.', 'tenant', 'scope');
  const shed = make.counter(
    'http_requests_shed_total',
    'Requests that were turned away for want of room.',
    'tenant',
    'reason',
  );
  for (const method of ['token', 'collate-bot']) attempts(method, 'ok');
  for (const result of ['missing', 'invalid', 'expired']) attempts('none', result);
  return {
    expectTenant: (tenant: string) => {
      for (const type of [...scimTypes, ...otherScimTypes]) errors.inc({ tenant, scim_type: type }, 0);
      for (const op of ['add', 'replace', 'remove', 'other']) patches.inc({ tenant, op }, 0);
      for (const reason of sheddingReasons) shed.inc({ tenant, reason }, 0);
      limited.inc({ tenant, scope: 'credential' }, 0);
    },
    methods: {
      scimError: (tenant: string, scimType: string | undefined) =>
        errors.inc({ tenant, scim_type: scimType ?? 'none' }),
      quirk: (tenant: string, quirk: string) => quirks.inc({ tenant, quirk }),
      patchOperation: (tenant: string, op: string) => patches.inc({ tenant, op }),
      authAttempt: (method: string, result: string) => {
        attempts(method, result).total += 1;
      },
      requestShed: (tenant: string, reason: string) => {
        if (reason === 'credential') limited.inc({ tenant, scope: 'credential' });
        else shed.inc({ tenant, reason });
      },
      notice: (kind: string) => notices.inc({ kind }),
      foreignDocument: () => foreign.inc(),
    },
  };
}

/** How the gateway itself fares: its audit trail, its log, its files, its end. */
export function createOperationMetrics(make: MetricFactory) {
  const audit = make.counter('audit_events_total', 'Audit events.', 'result');
  const lost = make.counter('log_write_errors_total', 'Writes to standard error that failed; lines were lost.');
  const draining = make.gauge('draining', 'Whether the gateway is about to stop.');
  const reloadGood = make.gauge(
    'config_last_reload_successful',
    'Whether the last change of a secret or token file was taken.',
  );
  const reloadTime = make.gauge(
    'config_last_reload_success_timestamp_seconds',
    'When a changed file was last taken; 0 when none has changed.',
  );
  reloadGood.set(1);
  for (const result of ['written', 'dropped']) audit.inc({ result }, 0);
  return {
    logLost: () => lost.inc(),
    auditEvent: (result: 'written' | 'dropped') => audit.inc({ result }),
    fileReloaded: (isGood: boolean) => {
      reloadGood.set(isGood ? 1 : 0);
      if (isGood) reloadTime.set(Date.now() / 1000);
    },
    draining: () => draining.set(1),
  };
}
