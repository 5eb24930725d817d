import { PortError } from '#ports';

export type EmbeddedPostgresCode =
  | 'EMBEDDED_POSTGRES.UNSUPPORTED'
  | 'EMBEDDED_POSTGRES.UNREACHABLE_FOLDER'
  | 'EMBEDDED_POSTGRES.OTHER_VERSION'
  | 'EMBEDDED_POSTGRES.PASSWORD'
  | 'EMBEDDED_POSTGRES.NOT_INITIALISED'
  | 'EMBEDDED_POSTGRES.NOT_STARTED';

/** The embedded database cannot run here: an operator has to change something. */
export function cannotRun(code: EmbeddedPostgresCode, message: string): PortError {
  return new PortError(code, message, 'stop');
}
