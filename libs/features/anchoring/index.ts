export { AnchoringModule } from './anchoring.module.js';
export { AnchoringSettings } from './anchoring.settings.js';
