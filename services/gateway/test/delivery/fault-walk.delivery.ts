import { describeFaultWalk } from '../faults/fault-walk.ts';
import { worlds } from '../faults/worlds.ts';

// `npm test` tries of each call at most one kind of trouble; here it is another, and with FAULT_WALK=whole, which takes the better
// part of half an hour, they all are.
const stride = process.env['FAULT_WALK'] === 'whole' ? 1 : 29;
for (const world of Object.values(worlds)) describeFaultWalk({ ...world, stride, offset: 5 });
