import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Permits, RawBody, Receives } from '#platform';
import { parseExportRequest } from './export-request.js';
import type { ShownExport } from './export-state.js';
import { exportRequestSchema, exportSchema } from './exports.schemas.js';
import { ExportsService } from './exports.service.js';

@ApiTags('administration')
@Controller('v1/sources/:source/exports')
@Permits('administration')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Post()
  @HttpCode(200)
  @Receives(['application/json'], 'verification')
  @ApiOperation({
    summary: 'Ask a source for all that it holds',
    description:
      'A worker kicks a FHIR Bulk Data export off at the source, and brings its files into the log. Types default to ' +
      'those of the criteria.',
  })
  @ApiBody({ schema: exportRequestSchema, required: false })
  @ApiOkResponse({ schema: exportSchema })
  @ApiResponse({ status: 404, description: 'no such source' })
  @ApiResponse({ status: 409, description: 'an export of this source is under way' })
  @ApiResponse({ status: 422, description: 'not what can be asked for: the message names each fault' })
  start(@Param('source') source: string, @RawBody() body: Uint8Array): Promise<ShownExport> {
    return this.exports.start(source, parseExportRequest(body));
  }

  @Get()
  @ApiOperation({ summary: 'How the export of a source comes along, and what became of what it brought' })
  @ApiOkResponse({ schema: exportSchema })
  @ApiResponse({ status: 404, description: 'no such source, or it was not asked for an export' })
  find(@Param('source') source: string): Promise<ShownExport> {
    return this.exports.find(source);
  }
}
