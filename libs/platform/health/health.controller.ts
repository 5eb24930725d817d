import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Permits } from '../access/permits.decorator.js';
import { Readiness } from './readiness.js';

/** Whether the process runs, and whether it can do its work. */
@ApiTags('health')
@Controller('health')
@Permits('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers; restart it when it does not' })
  @ApiResponse({ status: 200 })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process can do its work, and the log and its ledgers keep up' })
  @ApiResponse({ status: 200 })
  @ApiResponse({ status: 503, description: 'The member `error` says which check failed' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    void reply.header('cache-control', 'no-store');
    try {
      return await this.health.check(this.readiness.checks());
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      void reply.status(503);
      return error.getResponse() as object;
    }
  }
}
