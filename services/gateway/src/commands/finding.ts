import { CollateError } from '@scim-gateway/collate-client/model';

/** One thing that the examination of a deployment has shown. */
export interface Finding {
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly text: string;
}

/** What a look shows, or why it shows nothing. */
export async function attempt(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { verdict: 'ok', text: `${what}: ${await look()}.` };
  } catch (error) {
    return { verdict: 'problem', text: `${what}: no, ${explain(error)}.` };
  }
}

/** A failure in the words of whoever has to remove its reason. */
export function explain(error: unknown): string {
  if (!(error instanceof CollateError)) return error instanceof Error ? error.name : 'an unknown failure';
  const status = error.status === undefined ? '' : ` (status ${error.status})`;
  return `${advice[error.kind] ?? error.kind}${status}`;
}

const advice: Readonly<Partial<Record<CollateError['kind'], string>>> = {
  unreachable: 'there is no connection; check COLLATE_URL, the network and the certificate',
  timeout: 'there is no answer in time',
  unauthorized: 'the credential is not accepted, or its account is gone; check COLLATE_TOKEN',
  forbidden:
    "the credential lacks the right; give the bot's role ViewAll, Create, EditAll and Delete on users and teams",
  malformed: 'what answers there is not Collate; check COLLATE_URL',
};
