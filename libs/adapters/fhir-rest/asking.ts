import { PortError, type SourcePage } from '#ports';
import { malformed } from './fhir-rest.errors.js';

/** JSON of the wrong shape shows as a TypeError somewhere along the way: it is the source's fault, and final. */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error);
  }
}

/** The same for pages, which are asked for one by one. */
export async function* askingForPages(
  work: () => AsyncIterable<SourcePage>,
): AsyncGenerator<SourcePage, void, undefined> {
  try {
    yield* work();
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): PortError {
  return error instanceof PortError
    ? error
    : malformed('The source answered something of an unexpected shape');
}
