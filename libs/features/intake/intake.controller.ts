import { Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { FHIR_JSON, Permits, RawBody, Receives } from '#platform';
import type { Headers as HeaderValues } from './authentication.js';
import { IntakeService } from './intake.service.js';

@ApiTags('intake')
@Controller('intake')
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @Post(':source')
  @HttpCode(200)
  @Permits('intake')
  @Receives(FHIR_JSON, 'intake')
  @ApiOperation({
    summary: 'Take a notification of a changed resource',
    description:
      'A FHIR R4 rest-hook delivery: the changed resource as body, signed by HMAC-SHA-256 over the raw bytes ' +
      '(`X-Signature` in hexadecimal, or `X-Hub-Signature: sha256=…`), or with the shared secret in the declared ' +
      'header. A deletion is announced by `X-Medplum-Deleted-Resource: Type/id`. Acknowledged means durable.',
  })
  @ApiBody({ description: 'a FHIR resource', schema: { type: 'object' } })
  @ApiResponse({ status: 200, description: 'the notification is durable' })
  @ApiResponse({ status: 400, description: 'not JSON, or JSON that is refused; OperationOutcome' })
  @ApiResponse({ status: 401, description: 'not authenticated; OperationOutcome' })
  @ApiResponse({ status: 404, description: 'no such source; OperationOutcome' })
  @ApiResponse({ status: 413, description: 'larger than `intake.maxBodyBytes`; OperationOutcome' })
  @ApiResponse({ status: 415, description: 'not application/fhir+json; OperationOutcome' })
  @ApiResponse({ status: 422, description: 'not a resource with an id; OperationOutcome' })
  @ApiResponse({
    status: 503,
    description: 'too busy, or the database is away: send again; OperationOutcome',
  })
  async take(
    @Param('source') source: string,
    @Headers() headers: HeaderValues,
    @RawBody() body: Uint8Array,
  ): Promise<void> {
    await this.intake.take({ source, headers, body });
  }
}
