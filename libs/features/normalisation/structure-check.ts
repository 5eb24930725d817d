import { Injectable } from '@nestjs/common';
import type { FhirResource } from '#core';
import { PortError, StructureValidator, type Source } from '#ports';

/** Structure validation, as far as a source's settings ask for it. */
@Injectable()
export class StructureCheck {
  constructor(private readonly validator: StructureValidator) {}

  /** What to record with a version. Throws NORMALISE.INVALID_STRUCTURE (stop) where the source's faults are not taken. */
  async warnings(resource: FhirResource, { settings }: Source): Promise<readonly string[]> {
    if (settings.validation === 'off') return [];
    const faults = await this.validator.validate(resource);
    if (settings.validation === 'reject' && faults.some((fault) => !fault.startsWith('warning')))
      throw new PortError('NORMALISE.INVALID_STRUCTURE', 'the structure of a resource is invalid', 'stop');
    return faults;
  }
}
