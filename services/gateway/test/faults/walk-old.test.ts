import { describeFaultWalk } from './fault-walk.ts';
import { worlds } from './worlds.ts';

describeFaultWalk({ ...worlds.old, stride: 13, offset: 2 });
describeFaultWalk({ ...worlds.withoutDocuments, stride: 13, offset: 3 });
