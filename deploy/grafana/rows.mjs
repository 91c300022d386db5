import { collate } from './rows/collate.mjs';
import { processes, security } from './rows/operation.mjs';
import { people, providers, scim } from './rows/provisioning.mjs';
import { latency, traffic } from './rows/requests.mjs';
import { serviceLevels } from './rows/service-levels.mjs';
import { sharing } from './rows/sharing.mjs';

/** The rows of the dashboard. `alert` names the entry of the runbook that a panel belongs to. */
export const rows = [serviceLevels, traffic, latency, scim, providers, collate, sharing, people, security, processes];
