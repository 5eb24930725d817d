import type { Command } from 'commander';
import { registerLogAudit } from './log-audit.command.js';

/** `attestry log`: any log that is served as C2SP tlog-tiles says. */
export function registerLog(program: Command): void {
  const log = program.command('log').description('Audits logs, ours and those of others.');
  registerLogAudit(log);
}
