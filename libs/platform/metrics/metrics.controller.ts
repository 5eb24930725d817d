import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Permits } from '../access/permits.decorator.js';
import { Metrics } from './metrics.js';

/** `GET /metrics` for Prometheus. */
@ApiExcludeController()
@Controller('metrics')
@Permits('health')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  async read(@Res() reply: FastifyReply): Promise<void> {
    const { type, text } = await this.metrics.read();
    void reply.type(type).send(text);
  }
}
