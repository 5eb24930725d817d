import type { Command } from 'commander';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('the scripted tour, on an installation of its own that is removed at the end')
    .action(async () => {
      const { demo } = await import('./demo.js');
      await demo();
    });
}
