export { IntakeModule } from './intake.module.js';
export { IntakeSettings } from './intake.settings.js';
