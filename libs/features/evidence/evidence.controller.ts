import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { EVIDENCE_MEDIA_TYPE, formatEvidence } from '#core';
import { HttpProblem, Permits } from '#platform';
import { EvidenceService } from './evidence.service.js';

@ApiTags('evidence')
@Controller('v1/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  @Get(':index')
  @Header('Content-Type', EVIDENCE_MEDIA_TYPE)
  // The document opens a patient's record version: no shared cache may keep it.
  @Header('Cache-Control', 'no-store')
  @Permits('evidence')
  @ApiOperation({
    summary: 'The evidence document of an entry',
    description: 'Checkable offline with `attestry verify`. Format: docs/spec/evidence.md.',
  })
  @ApiProduces(EVIDENCE_MEDIA_TYPE)
  @ApiOkResponse({ description: 'the evidence document', schema: { type: 'object' } })
  @ApiResponse({ status: 400, description: 'not an index' })
  @ApiResponse({ status: 404, description: 'no such entry, or its statement is erased' })
  async read(@Param('index') index: string): Promise<string> {
    if (!/^(0|[1-9]\d{0,14})$/.test(index))
      throw new HttpProblem(
        400,
        'EVIDENCE.BAD_INDEX',
        'An index is a decimal number, for example /v1/evidence/42.',
      );
    return formatEvidence(await this.evidence.at(Number(index)));
  }
}
