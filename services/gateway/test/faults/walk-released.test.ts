import { describeFaultWalk } from './fault-walk.ts';
import { serverKinds } from './server-kinds.ts';

describeFaultWalk({ ...serverKinds.released, stride: 13, offset: 0 });
