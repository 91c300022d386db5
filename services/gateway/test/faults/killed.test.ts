import { describeKillWalk } from './kill-walk.ts';

// The delivery tests try every fate of every write.
describeKillWalk('one fate');
