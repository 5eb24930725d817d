import type { FilterBy } from './subscription-resource.js';

/** A prefix of a number or a date: https://hl7.org/fhir/R5/search.html#prefix */
const COMPARED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=\d)(.*)$/;

/** A criterion as R5 has it, `Observation?date=ge2024&code:in=x`: one filter a parameter, all of which have to hold. */
export function filterBy(criteria: string): readonly FilterBy[] {
  const [resourceType = '', query = ''] = criteria.split('?');
  const parameters = [...new URLSearchParams(query)];
  if (parameters.length === 0) return [{ resourceType }];
  return parameters.map(([name, text]) => {
    const [filterParameter = '', modifier] = name.split(':');
    const [, comparator, value = text] = COMPARED.exec(text) ?? [];
    return {
      resourceType,
      filterParameter,
      ...(modifier !== undefined && { modifier }),
      ...(comparator !== undefined && { comparator }),
      value,
    };
  });
}
