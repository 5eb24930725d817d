import type { Command } from 'commander';
import { registerDeadLetterList } from './dead-letter-list.command.js';
import { registerDeadLetterRetry } from './dead-letter-retry.command.js';

/** `attestry dead-letter`: notifications that could not become record versions. */
export function registerDeadLetter(program: Command): void {
  const deadLetter = program
    .command('dead-letter')
    .description('Lists notifications that could not become record versions, and tries them again.');
  registerDeadLetterList(deadLetter);
  registerDeadLetterRetry(deadLetter);
}
