export { WitnessingModule } from './witnessing.module.js';
