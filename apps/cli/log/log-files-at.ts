import { CliError } from '../frame/cli.errors.js';
import { FolderLogFiles } from './folder-log-files.js';
import { HttpLogFiles } from './http-log-files.js';
import type { LogFiles } from './log-files.js';

/** The log below an http(s) URL, or in a folder. @param timeoutMs for each answer. Throws USAGE.INVALID. */
export function logFilesAt(place: string, timeoutMs: number): LogFiles {
  if (/^https?:\/\//i.test(place) && URL.canParse(place)) return new HttpLogFiles(new URL(place), timeoutMs);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place))
    throw new CliError('USAGE.INVALID', 'a log lies below an http(s) URL or in a folder', {
      advice: 'For example https://log.example.org/log',
    });
  return new FolderLogFiles(place);
}
