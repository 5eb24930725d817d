import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { bodyOf, Permits, queryOf, RawBody, Receives } from '#platform';
import type { DeadLetter } from '#ports';
import { INVALID_REQUEST } from './dead-letters.errors.js';
import { listSchema, retrySchema } from './dead-letters.requests.js';
import { countsSchema, deadLettersSchema, retriedSchema, retryBodySchema } from './dead-letters.schemas.js';
import { DeadLettersService, type RetryResult } from './dead-letters.service.js';

@ApiTags('administration')
@Controller('v1/dead-letters')
@Permits('administration')
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLettersService) {}

  @Get()
  @ApiOperation({
    summary: 'Notifications that could not become record versions, newest first, with the reason',
    description: 'What they say is kept sealed and is not shown.',
  })
  @ApiQuery({ name: 'source', required: false })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'before', required: false, description: 'only those with a smaller id' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 1000; 100 unless told' })
  @ApiOkResponse({ schema: deadLettersSchema })
  @ApiResponse({ status: 400, description: 'parameters that are not understood' })
  @ApiResponse({ status: 404, description: 'no such source' })
  async list(@Query() query: unknown): Promise<{ deadLetters: readonly DeadLetter[] }> {
    return { deadLetters: await this.deadLetters.list(queryOf(listSchema, query, INVALID_REQUEST)) };
  }

  @Get('counts')
  @ApiOperation({ summary: 'How many dead letters there are of each source and reason' })
  @ApiOkResponse({ schema: countsSchema })
  async counts(): Promise<object> {
    return { counts: await this.deadLetters.counts() };
  }

  @Post('retry')
  @HttpCode(200)
  @Receives(['application/json'], 'verification')
  @ApiOperation({
    summary: 'Put dead letters back to be normalised again',
    description:
      'Chosen by ids, source or code, or all. Doing so twice changes nothing. One request puts back at most `limit`.',
  })
  @ApiBody({ schema: retryBodySchema })
  @ApiOkResponse({ schema: retriedSchema })
  @ApiResponse({ status: 400, description: 'not JSON' })
  @ApiResponse({ status: 404, description: 'no such source' })
  @ApiResponse({ status: 422, description: 'not a choice of dead letters: the message names each fault' })
  retry(@RawBody() body: Uint8Array): Promise<RetryResult> {
    return this.deadLetters.retry(bodyOf(retrySchema, body, INVALID_REQUEST));
  }
}
