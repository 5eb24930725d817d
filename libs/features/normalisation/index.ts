export { NormalisationModule } from './normalisation.module.js';
