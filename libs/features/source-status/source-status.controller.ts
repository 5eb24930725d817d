import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Permits } from '#platform';
import { sourceStatusSchema } from './source-status.schemas.js';
import { SourceStatusService } from './source-status.service.js';
import type { SourceStatus } from './source-status.js';

@ApiTags('administration')
@Controller('v1/sources')
@Permits('administration')
export class SourceStatusController {
  constructor(private readonly status: SourceStatusService) {}

  @Get('status')
  @ApiOperation({ summary: 'How every source is doing' })
  @ApiOkResponse({ schema: { type: 'array', items: sourceStatusSchema } })
  all(): Promise<readonly SourceStatus[]> {
    return this.status.all();
  }

  @Get(':source/status')
  @ApiOperation({ summary: 'How one source is doing' })
  @ApiOkResponse({ schema: sourceStatusSchema })
  @ApiResponse({ status: 404, description: 'no such source' })
  one(@Param('source') name: string): Promise<SourceStatus> {
    return this.status.one(name);
  }
}
