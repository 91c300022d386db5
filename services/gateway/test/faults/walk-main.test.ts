import { describeFaultWalk } from './fault-walk.ts';
import { worlds } from './worlds.ts';

describeFaultWalk({ ...worlds.main, stride: 13, offset: 1 });
