import { refuse } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { Json, Row } from '../state/row.ts';
import { isMet, knownCaller } from './authorize.ts';
import { type Grant, grantsOf } from './grants.ts';
import { operationsOf, resourcesOf } from './operations.ts';
import { coversOperation, coversResource, type Rule } from './rule.ts';

/** The kinds of access; a kind overrides those after it. */
const precedence = ['deny', 'allow', 'conditionalDeny', 'conditionalAllow', 'notAllow'] as const;

/**
 * The actor's access to each operation of a resource, with the rule that decides it, in the shape of the API. The conditions of
 * rules are evaluated when there is a target; the server does not check that it exists.
 */
export function permissionsOn(context: Context, resource: string, target?: { readonly row: Row | undefined }): Json {
  const { state, actor } = context;
  const known = resourcesOf(state.rules.generation).find((name) => name.toLowerCase() === resource.toLowerCase());
  if (known === undefined) throw refuse(400, `Resource type ${resource} not found`);
  const grants = actor.isAdmin ? [] : grantsOf(knownCaller(context), state);
  const rules = grants.flatMap((grant) =>
    grant.rules
      .filter((rule) => coversResource(rule, known))
      .filter((rule) => target === undefined || isMet(rule, actor, { resource: known, row: target.row }))
      .map((rule) => ({ grant, rule, access: accessOf(rule, { isEvaluated: target !== undefined }) })),
  );
  const permissions = operationsOf(known).map((operation) =>
    actor.isAdmin ? { operation, access: 'allow' } : decide(operation, rules),
  );
  return { resource: known, permissions };
}

/** The actor's access to every resource. */
export function allPermissions(context: Context): readonly Json[] {
  return resourcesOf(context.state.rules.generation).map((resource) => permissionsOn(context, resource));
}

interface Candidate {
  readonly grant: Grant;
  readonly rule: Rule;
  readonly access: (typeof precedence)[number];
}

function accessOf(
  { effect, condition }: Rule,
  { isEvaluated }: { readonly isEvaluated: boolean },
): Candidate['access'] {
  if (condition === undefined || isEvaluated) return effect;
  return effect === 'deny' ? 'conditionalDeny' : 'conditionalAllow';
}

/** The access of the first rule of the strongest kind. */
function decide(operation: string, rules: readonly Candidate[]): Json {
  const candidates = rules.filter(({ rule }) => coversOperation(rule, operation));
  for (const access of precedence) {
    const found = candidates.find((candidate) => candidate.access === access);
    if (found === undefined) continue;
    const { role, policy } = found.grant;
    return { operation, access, rule: found.rule, policy, ...(role === undefined ? {} : { role }) };
  }
  return { operation, access: 'notAllow' };
}
