export { IncidentWatchModule } from './incident-watch.module.js';
export { IncidentsModule } from './incidents.module.js';
