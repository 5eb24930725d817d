import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

const REFUSALS: readonly (readonly [status: number, description: string])[] = [
  [400, 'not JSON, or JSON that is refused'],
  [401, 'not authenticated'],
  [404, 'no such source'],
  [413, 'larger than `intake.maxBodyBytes`'],
  [415, 'not application/fhir+json; XML is not taken'],
  [422, 'neither a resource with an id nor a Bundle'],
  [503, 'too busy, or the database is away: send again'],
];

/** How intake answers what it does not take, for OpenAPI. */
export function ApiIntakeAnswers(): MethodDecorator {
  return applyDecorators(
    ...REFUSALS.map(([status, description]) =>
      ApiResponse({ status, description: `${description}; OperationOutcome` }),
    ),
  );
}
