import type { Command } from 'commander';
import { registerSourceAdd } from './source-add.command.js';
import { registerSourceExport } from './source-export.command.js';
import { registerSourceList } from './source-list.command.js';
import { registerSourceRotateSecret } from './source-rotate-secret.command.js';
import { registerSourceStatus } from './source-status.command.js';

/** `attestry source`: the FHIR servers that feed an installation. */
export function registerSource(program: Command): void {
  const source = program
    .command('source')
    .description('Declares FHIR servers that feed Attestry, and shows how they are doing.');
  registerSourceAdd(source);
  registerSourceList(source);
  registerSourceStatus(source);
  registerSourceRotateSecret(source);
  registerSourceExport(source);
}
