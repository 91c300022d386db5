import { describeFaultWalk } from './fault-walk.ts';
import { serverKinds } from './server-kinds.ts';

describeFaultWalk({ ...serverKinds.old, stride: 13, offset: 2 });
describeFaultWalk({ ...serverKinds.withoutDocuments, stride: 13, offset: 3 });
