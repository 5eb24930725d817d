import { Module, type DynamicModule } from '@nestjs/common';
import { ExamplesController } from './examples/examples.controller.js';
import { Faults } from './faults/faults.js';
import { FaultsController } from './faults/faults.controller.js';
import { FhirController } from './fhir/fhir.controller.js';
import { FhirService } from './fhir/fhir.service.js';
import { FhirStore } from './fhir/fhir.store.js';
import { ServerAddress } from './fhir/server-address.js';
import type { SandboxSettings } from './sandbox.options.js';
import { DeliveriesController } from './subscriptions/deliveries.controller.js';
import { checkSubscription } from './subscriptions/subscription-check.js';
import { addSubscriptionRoutes } from './subscriptions/subscription.routes.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';

@Module({})
export class SandboxModule {
  static with(settings: SandboxSettings): DynamicModule {
    const address = new ServerAddress();
    const faults = new Faults(settings.faults);
    const store = new FhirStore(checkSubscription, settings);
    const fhir = new FhirService(store, address, faults, settings);
    const subscriptions = new SubscriptionsService(store, address, settings, faults);
    addSubscriptionRoutes(fhir.router, subscriptions, store.versions, settings.eventsOperation);
    return {
      module: SandboxModule,
      controllers: [FhirController, DeliveriesController, ExamplesController, FaultsController],
      providers: [
        { provide: FhirStore, useValue: store },
        { provide: FhirService, useValue: fhir },
        { provide: SubscriptionsService, useValue: subscriptions },
        { provide: ServerAddress, useValue: address },
        { provide: Faults, useValue: faults },
      ],
    };
  }
}
