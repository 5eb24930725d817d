import { HttpProblem } from '#platform';

/** Code of a query or a body that is not understood. */
export const INVALID_REQUEST = 'DEAD_LETTER.INVALID_REQUEST';

export const unknownSource = (): HttpProblem =>
  new HttpProblem(404, 'SOURCE.NOT_FOUND', 'No source of that name is declared.');
