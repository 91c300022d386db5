import { describeFaultWalk } from './fault-walk.ts';

describeFaultWalk({
  name: 'released',
  simulator: { era: 'released' },
  habits: { looksFirst: true, looksBetween: false },
  stride: 4,
  offset: 0,
});
