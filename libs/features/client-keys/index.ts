export { ClientKeysModule } from './client-keys.module.js';
