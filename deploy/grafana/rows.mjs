import { collate } from './rows/collate.mjs';
import { processes, security } from './rows/operation.mjs';
import { people, providers, scim } from './rows/provisioning.mjs';
import { latency, traffic } from './rows/requests.mjs';
import { serviceLevels } from './rows/service-levels.mjs';
import { sharing } from './rows/sharing.mjs';

/** What the dashboard shows, row by row. `alert` is the entry of the runbook that a panel helps with. */
export const rows = [serviceLevels, traffic, latency, scim, providers, collate, sharing, people, security, processes];
