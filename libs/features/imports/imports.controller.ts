import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Permits, RawBody, Receives } from '#platform';
import { parseChunk, parseStart } from './import-requests.js';
import type { ShownImport } from './import-state.js';
import { importSchema, importStartSchema } from './imports.schemas.js';
import { ImportsService } from './imports.service.js';

/** https://hl7.org/fhir/R4/nd-json.html, and what others call it. */
const NDJSON = ['application/fhir+ndjson', 'application/ndjson', 'application/x-ndjson'];

@ApiTags('administration')
@Controller('v1/sources/:source/imports')
@Permits('administration')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @HttpCode(200)
  @Receives(['application/json'], 'verification')
  @ApiOperation({
    summary: 'Begin an import of a file, or go on with it',
    description: 'The same fingerprint at the same source is the same import, whatever happened meanwhile.',
  })
  @ApiBody({ schema: importStartSchema })
  @ApiOkResponse({ schema: importSchema })
  @ApiResponse({ status: 404, description: 'no such source' })
  @ApiResponse({ status: 422, description: 'not what begins an import: the message names each fault' })
  @ApiResponse({ status: 503, description: 'another request works on this import: send again' })
  start(@Param('source') source: string, @RawBody() body: Uint8Array): Promise<ShownImport> {
    return this.imports.start(source, parseStart(body));
  }

  @Get()
  @ApiOperation({ summary: 'The imports of a source' })
  @ApiOkResponse({ schema: { type: 'array', items: importSchema } })
  @ApiResponse({ status: 404, description: 'no such source' })
  list(@Param('source') source: string): Promise<readonly ShownImport[]> {
    return this.imports.list(source);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Where an import stands, and what became of what it brought' })
  @ApiOkResponse({ schema: importSchema })
  @ApiResponse({ status: 404, description: 'no such source, or no such import' })
  find(@Param('source') source: string, @Param('id') id: string): Promise<ShownImport> {
    return this.imports.find(source, id);
  }

  @Post(':id/chunks')
  @HttpCode(200)
  @Receives(NDJSON, 'intake')
  @ApiOperation({
    summary: 'Take the next lines of the file',
    description:
      'Whole lines of NDJSON, each a resource or a Bundle. Acknowledged means durable, together with the position ' +
      'after them. A chunk that does not begin where the import stands changes nothing: go on from the position in ' +
      'the answer. Without a body, the lines up to `to` are left out, and counted.',
  })
  @ApiQuery({ name: 'at', description: 'byte of the file at which the chunk begins', example: 0 })
  @ApiQuery({
    name: 'to',
    required: false,
    description: 'byte of the file after the chunk; default: `at` and the length of the body',
  })
  @ApiBody({ description: 'NDJSON', schema: { type: 'string' } })
  @ApiOkResponse({ schema: importSchema })
  @ApiResponse({ status: 404, description: 'no such source, or no such import' })
  @ApiResponse({ status: 413, description: 'larger than `intake.maxBodyBytes`' })
  @ApiResponse({ status: 415, description: 'not NDJSON' })
  @ApiResponse({ status: 422, description: '`at` or `to` is no byte of a file' })
  @ApiResponse({ status: 503, description: 'the workers have to catch up: send again after Retry-After' })
  take(
    @Param('source') source: string,
    @Param('id') id: string,
    @Query('at') at: string,
    @Query('to') to: string | undefined,
    @RawBody() body: Uint8Array,
  ): Promise<ShownImport> {
    return this.imports.take(source, id, parseChunk(at, to, body));
  }

  @Post(':id/finish')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that the whole file was sent' })
  @ApiOkResponse({ schema: importSchema })
  @ApiResponse({ status: 404, description: 'no such source, or no such import' })
  @ApiResponse({ status: 503, description: 'another request works on this import: send again' })
  finish(@Param('source') source: string, @Param('id') id: string): Promise<ShownImport> {
    return this.imports.finish(source, id);
  }
}
