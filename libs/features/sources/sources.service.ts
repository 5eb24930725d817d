import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, errorCode, HttpProblem, Sweeper, type ServerConfig } from '#platform';
import { SourceRegistry, type Source, type SourceAuthentication, type SourceDeclaration } from '#ports';
import { SubscriptionKeeper } from './subscription-keeper.js';

/** How often a source whose subscriptions could not be registered is asked again. */
const RETRY_MS = 5_000;

/** A source that was declared, and the Subscriptions that deliver its changes. */
export interface RegisteredSource {
  readonly source: Source;
  /** Ids of the Subscriptions at the source, one a criterion. */
  readonly subscriptions: readonly string[];
}

/** Declares sources and has them deliver to our intake. */
@Injectable()
export class SourcesService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('sources');
  private readonly sweeper: Sweeper;
  /** Names of the configuration's sources that do not deliver yet. */
  private readonly waiting: Set<string>;

  constructor(
    private readonly registry: SourceRegistry,
    private readonly keeper: SubscriptionKeeper,
    @Inject(CONFIG) private readonly config: ServerConfig,
  ) {
    this.waiting = new Set(config.sources.map(({ name }) => name));
    this.sweeper = new Sweeper('sources', RETRY_MS, () => this.registerWaiting());
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const declaration of this.config.sources) await this.declare(declaration);
    if (this.config.sources.length > 0) this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
  }

  /** Declares a source (again), then registers and activates its Subscriptions; doing so twice changes nothing. */
  async add(declaration: SourceDeclaration): Promise<RegisteredSource> {
    return this.register(await this.declare(declaration));
  }

  /**
   * Gives a source a new secret and keeps the one before it, which is accepted until the rotation is finished, since
   * deliveries under it may be on their way. Throws HttpProblem 404 SOURCE.NOT_FOUND.
   */
  async rotate(name: string, secret: string): Promise<RegisteredSource> {
    const { authentication } = await this.declared(name);
    const previousSecret = authentication.secret;
    return this.register(
      await this.reauthenticate(name, {
        ...authentication,
        secret,
        // The same secret again: the answer to the first time was lost.
        ...(secret !== previousSecret && { previousSecret }),
      }),
    );
  }

  async finishRotation(name: string): Promise<Source> {
    const { authentication } = await this.declared(name);
    return this.reauthenticate(name, { ...authentication, previousSecret: undefined });
  }

  list(): Promise<readonly Source[]> {
    return this.registry.list();
  }

  /** Throws HttpProblem 404 SOURCE.NOT_FOUND. */
  async declared(name: string): Promise<Source> {
    const source = (await this.registry.list()).find((one) => one.name === name);
    return source ?? notDeclared();
  }

  private async reauthenticate(name: string, authentication: SourceAuthentication): Promise<Source> {
    return (await this.registry.reauthenticate(name, authentication)) ?? notDeclared();
  }

  /** A FHIR server is its base URL: under two names, each of its record versions would be logged twice. */
  private async declare(declaration: SourceDeclaration): Promise<Source> {
    const others = (await this.registry.list()).filter(({ name }) => name !== declaration.name);
    const twin = others.find(({ base }) => base === declaration.base);
    if (twin) {
      const message = `This base URL is declared already, as ${twin.name}: declare that name again to change it.`;
      throw new HttpProblem(409, 'SOURCE.BASE_IN_USE', message);
    }
    return this.registry.declare(declaration);
  }

  private async register(source: Source): Promise<RegisteredSource> {
    if (!this.keeper.subscribes(source)) return { source, subscriptions: [] };
    const standings = await this.keeper.ensure(source);
    return { source, subscriptions: standings.map(({ id }) => id) };
  }

  private async registerWaiting(): Promise<void> {
    await Promise.all([...this.waiting].map((name) => this.tryToRegister(name)));
    if (this.waiting.size === 0) this.sweeper.finish();
  }

  /** As it is declared now, which may be newer than the configuration. One that fails holds up no other. */
  private async tryToRegister(name: string): Promise<void> {
    try {
      const source = await this.registry.find(name);
      const { subscriptions } = source ? await this.register(source) : { subscriptions: [] };
      this.waiting.delete(name);
      this.logger.log(`source ${name} delivers by ${subscriptions.length} subscription(s)`);
    } catch (error) {
      this.logger.warn(`source ${name} does not deliver yet: ${errorCode(error)}`);
    }
  }
}

function notDeclared(): never {
  throw new HttpProblem(404, 'SOURCE.NOT_FOUND', 'No source of that name is declared.');
}
