export { PublicLogModule } from './public-log.module.js';
