import { describeFaultWalk } from '../faults/fault-walk.ts';
import { serverKinds } from '../faults/server-kinds.ts';

// `npm test` tries of each call at most one kind of trouble; here it is another, and with FAULT_WALK=whole, which takes the better
// part of half an hour, they all are.
const stride = process.env['FAULT_WALK'] === 'whole' ? 1 : 29;
for (const kind of Object.values(serverKinds)) describeFaultWalk({ ...kind, stride, offset: 5 });
