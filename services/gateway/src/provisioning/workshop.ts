import type { Presentation } from '../translation/user.ts';
import type { Upstreams } from './collate/access.ts';
import type { Annotations } from './directory/annotations.ts';
import type { GroupDirectory } from './directory/groups.ts';
import type { UserDirectory } from './directory/users.ts';
import type { ProvisioningObserver } from './events.ts';
import type { Lister } from './lists/pager.ts';
import type { ProvisioningSettings } from './settings.ts';

/** What the use cases work with; made once, by `createProvisioning`. */
export interface Workshop {
  readonly settings: ProvisioningSettings;
  readonly presentation: Presentation;
  readonly upstreams: Upstreams;
  readonly annotations: Annotations;
  readonly users: UserDirectory;
  readonly groups: GroupDirectory;
  readonly lister: Lister;
  readonly observer: ProvisioningObserver;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}
