import { describeKillWalk } from '../faults/kill-walk.ts';

// `npm test` tries one fate of each write.
describeKillWalk('each fate');
