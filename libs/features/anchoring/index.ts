export { AnchoringModule } from './anchoring.module.js';
