import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { parseResource } from '#core';
import { CONFIG, FHIR_JSON, Permits, RawBody, Receives, type ServerConfig } from '#platform';
import { verdictSchema } from './verification.schemas.js';
import type { Verdict } from './verdict.js';
import { VerificationService } from './verification.service.js';

@ApiTags('verification')
@Controller('v1')
export class VerificationController {
  private readonly limits: ReturnType<typeof jsonLimits>;

  constructor(
    private readonly verification: VerificationService,
    @Inject(CONFIG) config: ServerConfig,
  ) {
    this.limits = jsonLimits(config);
  }

  @Post('verify')
  @HttpCode(200)
  @Permits('verification')
  @Receives(FHIR_JSON, 'verification')
  @ApiOperation({
    summary: 'Verify a resource',
    description:
      'Answers how the resource in the body agrees with what its source held, where that version stands, and what ' +
      'backs it. A resource that is unknown gets a verdict too. The body is never stored.',
  })
  @ApiBody({ description: 'a FHIR resource', schema: { type: 'object' } })
  @ApiOkResponse({ schema: verdictSchema })
  @ApiResponse({ status: 400, description: 'not JSON, or JSON that is refused' })
  @ApiResponse({ status: 413, description: 'larger than `verification.maxBodyBytes`' })
  @ApiResponse({ status: 415, description: 'not application/fhir+json' })
  @ApiResponse({ status: 422, description: 'not a FHIR resource' })
  async verify(@RawBody() body: Uint8Array): Promise<Verdict> {
    return this.verification.verify(parseResource(body, this.limits));
  }
}

/** What the parser accepts of a body that is verified. */
export function jsonLimits({ intake, verification }: ServerConfig): { maxBytes: number; maxDepth: number } {
  return { maxBytes: verification.maxBodyBytes, maxDepth: intake.maxDepth };
}
