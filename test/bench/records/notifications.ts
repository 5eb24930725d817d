import { renderPost, type RenderedRequest } from '../load/request-file.js';
import { observation } from './observation.js';
import { signature, SOURCE } from './source.js';

/** Signed notifications of so many resources, 1 KB each, that no other numbers give. */
export function notifications(from: number, count: number): RenderedRequest[] {
  return Array.from({ length: count }, (_, at) => {
    const body = Buffer.from(JSON.stringify(observation(from + at)));
    return { bytes: renderPost(`/intake/${SOURCE.name}`, body, signature(body)), expect: '' };
  });
}

/** Source, type and id of the resource of that number, as the API's paths name it. */
export function observationPath(number: number): string {
  const { resourceType, id } = observation(number);
  return `${SOURCE.name}/${resourceType}/${id}`;
}
