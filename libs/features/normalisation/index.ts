export { NormalisationModule } from './normalisation.module.js';
export { NormalisationSettings } from './normalisation.settings.js';
