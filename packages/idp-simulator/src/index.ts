export { type AssertionFailure, type PlayOptions, playSession, type SessionReport } from './play.ts';
export { formatReport } from './report.ts';
export { type Provider, variantsOf } from './session.ts';
