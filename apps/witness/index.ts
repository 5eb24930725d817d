export { startWitness, type RunningWitness, type WitnessOptions } from './start-witness.js';
