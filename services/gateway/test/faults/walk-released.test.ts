import { describeFaultWalk } from './fault-walk.ts';
import { worlds } from './worlds.ts';

describeFaultWalk({ ...worlds.released, stride: 13, offset: 0 });
