/** Where the server is, known once it listens. */
export class ServerAddress {
  /** The FHIR base URL, without a trailing slash. */
  base = '';
}
