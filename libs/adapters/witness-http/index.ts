export { HttpWitness, type HttpWitnessOptions } from './http-witness.js';
