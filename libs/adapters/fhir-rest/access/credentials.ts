/** What proves us to one source. */
export interface Credentials {
  /** Value of the header `Authorization`; undefined without one. Throws PortError SOURCE.UNAVAILABLE, SOURCE.REFUSED. */
  header(): Promise<string | undefined>;
  /** Told that the source took the header no longer; answers whether another one can be had. */
  renew(): boolean;
}

/** A header that stays the same. */
export class FixedCredentials implements Credentials {
  constructor(private readonly value: string | undefined) {}

  header(): Promise<string | undefined> {
    return Promise.resolve(this.value);
  }

  renew(): boolean {
    return false;
  }
}
