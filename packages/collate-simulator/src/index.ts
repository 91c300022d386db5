export type { StateDump } from './control.ts';
export type { Era } from './era.ts';
export type { Fault } from './faults.ts';
export type { Call } from './http/server.ts';
export { type CollateSimulator, createCollateSimulator, type SimulatorOptions } from './simulator.ts';
