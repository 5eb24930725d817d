import { badRequest, OperationOutcomeError } from '@medplum/core';
import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { Faults, type FaultReport } from './faults.js';

/** Misbehaviour on demand, while the sandbox runs. */
@Controller('sandbox/faults')
export class FaultsController {
  constructor(@Inject(Faults) private readonly faults: Faults) {}

  @Get()
  report(): FaultReport {
    return this.faults.report();
  }

  /** Replaces all of them: `{}` ends all misbehaviour. */
  @Put()
  set(@Body() body: unknown): FaultReport {
    try {
      this.faults.set(body);
    } catch (error) {
      if (error instanceof TypeError) throw new OperationOutcomeError(badRequest(error.message));
      throw error;
    }
    return this.faults.report();
  }
}
