import { defaultFilterLimits } from '@scim-gateway/scim';
import type { ProvisioningSettings } from '../../src/provisioning/settings.ts';

/** The settings of a deployment that configures nothing. */
export const defaultSettings: ProvisioningSettings = {
  rememberedAttributes: ['externalId', 'name.givenName', 'name.familyName'],
  userDelete: 'soft',
  emailChange: 'remember',
  nameRule: 'auto',
  adoptOnPost: true,
  recycledAccount: 'refuse',
  reviveForeign: false,
  trustedBots: [],
  protectedUsers: [],
  groupAdoption: { kind: 'everywhere' },
  typeConflict: 'create',
  cacheTtlMs: 300_000,
  cacheNegativeTtlMs: 5000,
  filterLimits: defaultFilterLimits,
  scanLimit: 250_000,
};
