import { Module, type DynamicModule } from '@nestjs/common';
import { ExamplesController } from './examples/examples.controller.js';
import { Faults } from './faults/faults.js';
import { FaultsController } from './faults/faults.controller.js';
import { FhirController } from './fhir/fhir.controller.js';
import { FhirService } from './fhir/fhir.service.js';
import { FhirStore } from './fhir/fhir.store.js';
import type { SandboxSettings } from './sandbox.options.js';
import { DeliveriesController } from './subscriptions/deliveries.controller.js';
import { checkSubscription } from './subscriptions/subscription-check.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';

@Module({})
export class SandboxModule {
  static with(settings: SandboxSettings): DynamicModule {
    const faults = new Faults(settings.faults);
    const store = new FhirStore(checkSubscription, settings);
    return {
      module: SandboxModule,
      controllers: [FhirController, DeliveriesController, ExamplesController, FaultsController],
      providers: [
        { provide: FhirStore, useValue: store },
        { provide: FhirService, useValue: new FhirService(store, faults, settings) },
        { provide: SubscriptionsService, useValue: new SubscriptionsService(store, settings, faults) },
        { provide: Faults, useValue: faults },
      ],
    };
  }
}
