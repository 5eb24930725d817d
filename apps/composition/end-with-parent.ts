/**
 * Ends this process when the one that started it is gone, however that ended: a supervisor that was killed leaves
 * nothing behind. A process that was started in another way goes on.
 */
export function endWithParent(): void {
  if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
