export { ListeningModule } from './listening.module.js';
