/** A client of the sandbox that keeps resources as text, so that no number loses a digit. */
export class FhirClient {
  constructor(private readonly base: string) {}

  /** PUT Type/id; answers the resource as the server now holds it. */
  put(reference: string, resource: object | string): Promise<string> {
    const body = typeof resource === 'string' ? resource : JSON.stringify(resource);
    return this.ask('PUT', reference, body);
  }

  read(reference: string): Promise<string> {
    return this.ask('GET', reference);
  }

  async remove(reference: string): Promise<void> {
    await this.ask('DELETE', reference);
  }

  private async ask(method: string, reference: string, body?: string): Promise<string> {
    const response = await fetch(`${this.base}/${reference}`, {
      method,
      headers: { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${reference} answered ${response.status}`);
    return text;
  }
}
