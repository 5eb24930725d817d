import { PortError, type Advice } from '#ports';

/** Every way in which the embedded chain fails to run. Public, stable. */
export type EmbeddedAnvilErrorCode =
  /** There is no anvil binary for this platform: the npm package's optional dependency was not installed. */
  | 'ANVIL.NO_BINARY'
  /** The process ended, or said nothing, before it listened. */
  | 'ANVIL.NOT_STARTED'
  /** Another live process runs the chain of this folder. */
  | 'ANVIL.IN_USE';

export function anvilError(
  code: EmbeddedAnvilErrorCode,
  message: string,
  advice: Advice = 'stop',
): PortError {
  return new PortError(code, message, advice);
}
