import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { bodyOf, Permits, queryOf, RawBody, Receives } from '#platform';
import type { Incident } from '#ports';
import { closeSchema, INCIDENT_KINDS, INVALID_REQUEST, listSchema } from './incidents.requests.js';
import { closeBodySchema, closedSchema, incidentsSchema } from './incidents.schemas.js';
import { IncidentsService } from './incidents.service.js';

@ApiTags('administration')
@Controller('v1/incidents')
@Permits('administration')
export class IncidentsController {
  constructor(private readonly incidents: IncidentsService) {}

  @Get()
  @ApiOperation({
    summary: 'Where a source contradicts the log, newest first',
    description:
      '`content-mismatch`: a version was told of with other content than the one on record. `drift`: the source now ' +
      'holds something else under the same version. `vanished`: the source no longer has it, and never deleted it.',
  })
  @ApiQuery({ name: 'source', required: false })
  @ApiQuery({ name: 'kind', required: false, enum: INCIDENT_KINDS })
  @ApiQuery({ name: 'open', required: false, description: 'true: only open ones; false: only closed ones' })
  @ApiQuery({ name: 'before', required: false, description: 'only those with a smaller id' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 1000; 100 unless told' })
  @ApiOkResponse({ schema: incidentsSchema })
  @ApiResponse({ status: 400, description: 'parameters that are not understood' })
  @ApiResponse({ status: 404, description: 'no such source' })
  async list(@Query() query: unknown): Promise<object> {
    const found = await this.incidents.list(queryOf(listSchema, query, INVALID_REQUEST));
    return { incidents: found.map(shown) };
  }

  @Post('close')
  @HttpCode(200)
  @Receives(['application/json'], 'verification')
  @ApiOperation({
    summary: 'Close incidents that were looked into',
    description: 'They are kept. One that is seen again is open again.',
  })
  @ApiBody({ schema: closeBodySchema })
  @ApiOkResponse({ schema: closedSchema })
  @ApiResponse({ status: 400, description: 'not JSON' })
  @ApiResponse({ status: 422, description: 'not a list of ids: the message names each fault' })
  async close(@RawBody() body: Uint8Array): Promise<{ closed: number }> {
    return { closed: await this.incidents.close(bodyOf(closeSchema, body, INVALID_REQUEST).ids) };
  }
}

function shown({ closedAt, ...incident }: Incident): object {
  return { ...incident, closedAt: closedAt ?? null };
}
