import { Module, type DynamicModule } from '@nestjs/common';
import { ExamplesController } from './examples/examples.controller.js';
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
    const store = new FhirStore(checkSubscription);
    return {
      module: SandboxModule,
      controllers: [FhirController, DeliveriesController, ExamplesController],
      providers: [
        { provide: FhirStore, useValue: store },
        { provide: FhirService, useValue: new FhirService(store) },
        { provide: SubscriptionsService, useValue: new SubscriptionsService(store, settings.delivery) },
      ],
    };
  }
}
