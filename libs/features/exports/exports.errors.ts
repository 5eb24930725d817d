import { HttpProblem } from '#platform';

export const unknownSource = (): HttpProblem =>
  new HttpProblem(404, 'EXPORT.UNKNOWN_SOURCE', 'no source of that name is declared');

export const noExport = (): HttpProblem =>
  new HttpProblem(404, 'EXPORT.NONE', 'this source was not asked for an export');

export const underWay = (): HttpProblem =>
  new HttpProblem(409, 'EXPORT.UNDER_WAY', 'an export of this source is under way');

export const invalidRequest = (message: string): HttpProblem =>
  new HttpProblem(422, 'EXPORT.INVALID', message);
