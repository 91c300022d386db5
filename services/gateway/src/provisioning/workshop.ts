import type { Presentation } from '../translation/user.ts';
import type { Annotations } from './annotations.ts';
import type { GroupDirectory } from './group-directory.ts';
import type { Lister } from './lister.ts';
import type { ProvisioningObserver } from './observer.ts';
import type { ProvisioningSettings } from './settings.ts';
import type { Upstreams } from './upstream.ts';
import type { UserDirectory } from './user-directory.ts';

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
