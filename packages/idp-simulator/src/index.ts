export { type AssertionFailure, type PlayOptions, playSession, type SessionReport } from './play.ts';
export { type Provider, variantsOf } from './session.ts';
