import type { Rule } from './rights/rule.ts';
import type { SimulatorState } from './state/state.ts';

interface SeededPolicy {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly rules: readonly Rule[];
}

/** Recorded on a live 1.12.6 server. The rules of DataStewardPolicy are not recorded: those of DataConsumerPolicy stand in. */
const dataConsumerRule: Rule = {
  name: 'DataConsumerPolicy-EditRule',
  description: 'Allow some of the edit operations on a resource for everyone.',
  effect: 'allow',
  operations: ['EditCertification', 'EditDescription', 'EditGlossaryTerms', 'EditTags', 'EditTier', 'ViewAll'],
  resources: ['All'],
};

const displayNameDeny: Rule = {
  name: 'DisplayName-Deny',
  description: 'Deny bots to update display name',
  effect: 'deny',
  operations: ['EditDisplayName'],
  resources: ['All'],
};

const policies: readonly SeededPolicy[] = [
  {
    name: 'OrganizationPolicy',
    displayName: 'Organization Policy',
    description: 'Policy for all the users of an organization.',
    rules: [
      {
        name: 'OrganizationPolicy-NoOwner-Rule',
        description: 'Allow any one to set the owner of an entity that has no owner set.',
        effect: 'allow',
        operations: ['EditOwners'],
        resources: ['All'],
        condition: 'noOwner()',
      },
      {
        name: 'OrganizationPolicy-Owner-Rule',
        description: 'Allow all the operations on an entity for the owner.',
        effect: 'allow',
        operations: ['All'],
        resources: ['All'],
        condition: 'isOwner()',
      },
      {
        name: 'OrganizationPolicy-ViewAll-Rule',
        description: 'Allow all users to discover data assets.',
        effect: 'allow',
        operations: ['ViewAll'],
        resources: ['All'],
      },
    ],
  },
  {
    name: 'DataConsumerPolicy',
    displayName: 'Data Consumer Policy',
    description: 'Policy for Data Consumer to perform operations on metadata entities',
    rules: [dataConsumerRule],
  },
  {
    name: 'DataStewardPolicy',
    displayName: 'Data Steward Policy',
    description: 'Policy for Data Steward Role to perform operations on metadata entities',
    rules: [{ ...dataConsumerRule, name: 'DataStewardPolicy-EditRule' }],
  },
  {
    name: 'DefaultBotPolicy',
    displayName: 'Default Bot Policy',
    description: 'Policy for all the Bots to perform operations on metadata entities',
    rules: [
      {
        name: 'BotRule-Deny',
        description: "A bot can't create another bot",
        effect: 'deny',
        operations: ['Create', 'Delete'],
        resources: ['bot', 'webhook'],
      },
      {
        name: 'BotRule-IngestionPipeline',
        description: 'A bot can Edit ingestion pipelines to pass the status',
        effect: 'allow',
        operations: ['EditIngestionPipelineStatus', 'ViewAll'],
        resources: ['ingestionPipeline'],
      },
      displayNameDeny,
    ],
  },
  {
    name: 'ScimBotPolicy',
    displayName: 'SCIM Bot Policy',
    description: 'Policy to allow SCIM bot access only to SCIM APIs and block all others.',
    rules: [
      {
        name: 'Allow-Scim-Endpoints',
        description: 'Allow access to SCIM endpoints',
        effect: 'allow',
        operations: ['CreateScim', 'DeleteScim', 'EditScim', 'ViewScim'],
        resources: ['scim'],
      },
    ],
  },
];

const roles = [
  {
    name: 'DataConsumer',
    displayName: 'Data Consumer',
    description: 'Users with Data Consumer role use different data assets for their day to day work.',
    policies: ['DataConsumerPolicy'],
  },
  {
    name: 'DataSteward',
    displayName: 'Data Steward',
    description: 'Users with Data Steward role are responsible for ensuring correctness of metadata for data assets.',
    policies: ['DataStewardPolicy'],
  },
  {
    name: 'DefaultBotRole',
    displayName: 'Default Bot Role',
    description: 'Role Corresponding to a Bot by default.',
    policies: ['DataConsumerPolicy', 'DefaultBotPolicy'],
  },
  {
    name: 'ScimBotRole',
    displayName: 'SCIM bot role',
    description: 'Role corresponding to the SCIM bot, with SCIM-only access.',
    policies: ['ScimBotPolicy'],
  },
];

/** Inserts the policies and roles of every new server, and gives the Organization its policy and its default role. */
export function plantAccess(state: SimulatorState, idOf: (kind: string, name: string) => string): void {
  const seeded = { provider: 'system', allowDelete: false };
  const policyIds = new Map(
    policies.map(({ rules, ...policy }) => {
      const kept = rules.filter((rule) => rule !== displayNameDeny || state.rules.deniesDisplayNamesToBots);
      const fields = { ...policy, enabled: true, rules: kept, ...seeded };
      return [policy.name, state.insertAccess('policy', fields, 'admin', idOf('policy', policy.name)).id];
    }),
  );
  const idsOf = (names: readonly string[]) => names.flatMap((name) => policyIds.get(name) ?? []);
  for (const { policies: names, ...role } of roles) {
    const fields = { ...role, policyIds: idsOf(names), ...seeded };
    state.insertAccess('role', fields, 'admin', idOf('role', role.name));
  }
  const { organization } = state;
  organization.json = {
    ...organization.json,
    defaultRoleIds: [idOf('role', 'DataConsumer')],
    policyIds: idsOf(['OrganizationPolicy']),
  };
}
