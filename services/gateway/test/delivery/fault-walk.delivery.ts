import { describeFaultWalk } from '../faults/fault-walk.ts';
import { worlds } from '../faults/worlds.ts';

// `npm test` tries of each call one kind of trouble; here they all are.
for (const world of Object.values(worlds)) describeFaultWalk({ ...world, stride: 1, offset: 0 });
