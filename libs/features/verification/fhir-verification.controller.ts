import { Controller, Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { CapabilityStatement, OperationDefinition, Parameters } from '@medplum/fhirtypes';
import { CONFIG, FHIR_JSON, Permits, publicUrl, RawBody, Receives, type ServerConfig } from '#platform';
import { capabilityStatement } from './capability-statement.js';
import { parametersOf, resourceToVerify } from './fhir-parameters.js';
import { verifyOperation } from './operation-definition.js';
import { jsonLimits } from './verification.controller.js';
import { VerificationService } from './verification.service.js';

const FHIR_CONTENT_TYPE = 'application/fhir+json; charset=utf-8';

@ApiTags('fhir')
@Controller('fhir')
export class FhirVerificationController {
  constructor(
    private readonly verification: VerificationService,
    @Inject(CONFIG) private readonly config: ServerConfig,
  ) {}

  @Post('$verify')
  @HttpCode(200)
  @Header('Content-Type', FHIR_CONTENT_TYPE)
  @Permits('verification')
  @Receives(FHIR_JSON, 'verification')
  @ApiOperation({
    summary: 'Verify a resource, as a FHIR operation',
    description:
      'Takes a resource, or Parameters with a `resource`; answers Parameters. See GET /fhir/metadata.',
  })
  @ApiProduces('application/fhir+json')
  @ApiBody({ description: 'a FHIR resource, or Parameters', schema: { type: 'object' } })
  @ApiOkResponse({ description: 'Parameters with the verdict' })
  @ApiResponse({ status: 400, description: 'OperationOutcome' })
  @ApiResponse({ status: 422, description: 'OperationOutcome' })
  async verify(@RawBody() body: Uint8Array): Promise<Parameters> {
    const resource = resourceToVerify(body, jsonLimits(this.config));
    return parametersOf(await this.verification.verify(resource));
  }

  @Get('metadata')
  @Header('Content-Type', FHIR_CONTENT_TYPE)
  @Permits('verification')
  @ApiOperation({ summary: 'CapabilityStatement' })
  @ApiProduces('application/fhir+json')
  metadata(): CapabilityStatement {
    return capabilityStatement(publicUrl(this.config));
  }

  @Get('OperationDefinition/attestry-verify')
  @Header('Content-Type', FHIR_CONTENT_TYPE)
  @Permits('verification')
  @ApiOperation({ summary: 'OperationDefinition of $verify' })
  @ApiProduces('application/fhir+json')
  operation(): OperationDefinition {
    return verifyOperation(publicUrl(this.config));
  }
}
