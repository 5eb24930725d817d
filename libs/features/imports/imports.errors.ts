import { HttpProblem } from '#platform';

export const unknownSource = (): HttpProblem =>
  new HttpProblem(404, 'IMPORT.UNKNOWN_SOURCE', 'no source of that name is declared');

export const unknownImport = (): HttpProblem =>
  new HttpProblem(404, 'IMPORT.UNKNOWN', 'no import of that id was begun for this source');

export const invalidRequest = (message: string): HttpProblem =>
  new HttpProblem(422, 'IMPORT.INVALID', message);

/** Another request holds the import, or one that was killed did: its lease runs out within seconds. */
export const busy = (): HttpProblem =>
  new HttpProblem(503, 'IMPORT.BUSY', 'another request works on this import');

/** A second is enough: what waits is settled in little more. */
export const tooMuchWaits = (): HttpProblem =>
  new HttpProblem(503, 'IMPORT.TOO_MUCH_WAITS', 'the workers have to catch up first', {
    advice: 'slow-down',
    headers: { 'retry-after': '1' },
  });
