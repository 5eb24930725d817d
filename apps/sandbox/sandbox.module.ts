import { Module, type DynamicModule } from '@nestjs/common';
import { BulkController, BulkSettings } from './bulk/bulk.controller.js';
import { BulkExports } from './bulk/bulk-exports.js';
import { ExamplesController } from './examples/examples.controller.js';
import { Faults } from './faults/faults.js';
import { FaultsController } from './faults/faults.controller.js';
import { FhirController } from './fhir/fhir.controller.js';
import { FhirService } from './fhir/fhir.service.js';
import { FhirStore } from './fhir/fhir.store.js';
import { ServerAddress } from './fhir/server-address.js';
import type { SandboxSettings } from './sandbox.options.js';
import { Authorization } from './smart/authorization.js';
import { SmartController } from './smart/smart.controller.js';
import { DeliveriesController } from './subscriptions/deliveries.controller.js';
import { checkSubscription } from './subscriptions/subscription-check.js';
import { addSubscriptionRoutes } from './subscriptions/subscription.routes.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';
import { Bindings } from './subscriptions/websocket/bindings.js';

@Module({})
export class SandboxModule {
  static with(settings: SandboxSettings): DynamicModule {
    const address = new ServerAddress();
    const faults = new Faults(settings.faults);
    const store = new FhirStore(checkSubscription, settings);
    const fhir = new FhirService(store, address, faults, settings);
    const bindings = new Bindings(address, settings.bindingLifetimeMs);
    const subscriptions = new SubscriptionsService(store, address, bindings, settings, faults);
    addSubscriptionRoutes(fhir.router, subscriptions, store.versions, settings.eventsOperation);
    return {
      module: SandboxModule,
      controllers: [
        SmartController,
        BulkController,
        FhirController,
        DeliveriesController,
        ExamplesController,
        FaultsController,
      ],
      providers: [
        { provide: FhirStore, useValue: store },
        { provide: FhirService, useValue: fhir },
        { provide: SubscriptionsService, useValue: subscriptions },
        { provide: ServerAddress, useValue: address },
        { provide: Bindings, useValue: bindings },
        { provide: BulkExports, useValue: new BulkExports(store, settings.exportFileSize) },
        { provide: BulkSettings, useValue: new BulkSettings(settings.requireToken !== undefined) },
        { provide: Authorization, useValue: new Authorization(settings, address) },
        { provide: Faults, useValue: faults },
      ],
    };
  }
}
