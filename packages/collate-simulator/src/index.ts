export type { StateDump } from './control.ts';
export type { Fault } from './faults.ts';
export type { Generation } from './generation.ts';
export type { Call } from './http/server.ts';
export { type CollateSimulator, createCollateSimulator, type SimulatorOptions } from './simulator.ts';
