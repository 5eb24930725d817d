import { BadRequestException, Controller, Inject, Post, Query } from '@nestjs/common';
import { FhirStore } from '../fhir/fhir.store.js';
import { loadExamples } from './example-loader.js';

/** Loads HL7's examples while the sandbox runs, so that Subscriptions hear of them. */
@Controller('sandbox/examples')
export class ExamplesController {
  constructor(@Inject(FhirStore) private readonly store: FhirStore) {}

  @Post()
  async load(@Query('count') count = ''): Promise<{ loaded: readonly string[] }> {
    if (!/^\d{1,4}$/.test(count)) throw new BadRequestException();
    return { loaded: await loadExamples(this.store, Number(count)) };
  }
}
