import { CollateError } from '@scim-gateway/collate-client/model';

/** One result of the examination of a deployment. */
export interface Finding {
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly text: string;
}

const signs = { ok: '✓', note: '!', problem: '✗' } as const;

/** The findings as lines of text. */
export function printFindings(findings: readonly Finding[]): string {
  return findings.map(({ verdict, text }) => `${signs[verdict]} ${text}\n`).join('');
}

/** Prints the findings; a problem makes the exit code 1. */
export function reportFindings(findings: readonly Finding[], output: 'text' | 'json'): void {
  process.stdout.write(output === 'json' ? `${JSON.stringify({ findings })}\n` : printFindings(findings));
  if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
}

/** The explanation of a failure for the operator who has to remove its cause. */
export function explain(error: unknown): string {
  if (!(error instanceof CollateError)) return error instanceof Error ? error.name : 'an unknown failure';
  const status = error.status === undefined ? '' : ` (status ${error.status})`;
  return `${advice[error.kind] ?? error.kind}${status}`;
}

const advice: Readonly<Partial<Record<CollateError['kind'], string>>> = {
  unreachable: 'there is no connection; check COLLATE_URL, the network and the certificate',
  timeout: 'there is no answer in time; check COLLATE_URL and the network',
  unauthorized: 'Collate does not accept the credential, or its account is deleted; check COLLATE_TOKEN',
  forbidden: 'the credential lacks a right; "scim-gateway bot check" names it, and docs/collate.md what to do',
  malformed: 'the server at COLLATE_URL is not Collate; check COLLATE_URL',
};
