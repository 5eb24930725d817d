import { HttpProblem } from '#platform';

export const unknownSource = (): HttpProblem =>
  new HttpProblem(
    404,
    'INTAKE.UNKNOWN_SOURCE',
    'no source of that name is declared; see `attestry source add`',
  );

export const unauthenticated = (): HttpProblem =>
  new HttpProblem(
    401,
    'INTAKE.UNAUTHENTICATED',
    'the notification carries neither a valid signature of its body nor the shared secret of this source',
  );

export const notARecordVersion = (message: string): HttpProblem =>
  new HttpProblem(422, 'INTAKE.NOT_A_RECORD_VERSION', message);
