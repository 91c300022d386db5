import { describeFaultWalk } from './fault-walk.ts';
import { serverKinds } from './server-kinds.ts';

describeFaultWalk({ ...serverKinds.main, stride: 13, offset: 1 });
