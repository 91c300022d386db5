import { describeKillWalk } from './kill-walk.ts';

// Each fate of each write is tried by the tests of delivery.
describeKillWalk('one fate');
