import type { Command } from 'commander';
import { registerIncidentClose } from './incident-close.command.js';
import { registerIncidentList } from './incident-list.command.js';

/** `attestry incident`: where a source contradicts the log. */
export function registerIncident(program: Command): void {
  const incident = program
    .command('incident')
    .description('Lists where a source contradicts the log, and closes what was looked into.');
  registerIncidentList(incident);
  registerIncidentClose(incident);
}
