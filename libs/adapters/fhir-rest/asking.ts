import { PortError } from '#ports';
import { malformed } from './fhir-rest.errors.js';

/** JSON of the wrong shape shows as a TypeError somewhere along the way: it is the source's fault, and final. */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error);
  }
}

/** The same for what comes one by one: pages, or bytes. */
export async function* askingOneByOne<T>(
  work: () => AsyncIterable<T> | Promise<AsyncIterable<T>>,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* await work();
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): PortError {
  return error instanceof PortError
    ? error
    : malformed('The source answered something of an unexpected shape');
}
