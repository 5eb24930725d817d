/** The part of OpenAPI's schema language that our own document speaks. */
export interface JsonSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer';
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema;
}

/** Where a value is not what the schema says, by path; a member that the schema does not know is a fault too. */
export function faultsOf(value: unknown, schema: JsonSchema, path = '$'): string[] {
  if (value === null) return schema.nullable ? [] : [`${path} is null`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path} is none of the enumeration`];
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? [] : [`${path} is not a string`];
    case 'integer':
      return Number.isSafeInteger(value) ? [] : [`${path} is not an integer`];
    case 'array':
      if (!Array.isArray(value)) return [`${path} is not an array`];
      return value.flatMap((item, at) => faultsOf(item, schema.items!, `${path}[${at}]`));
    case 'object':
      return typeof value === 'object' ? memberFaults(value, schema, path) : [`${path} is not an object`];
  }
}

function memberFaults(value: object, schema: JsonSchema, path: string): string[] {
  const { properties, additionalProperties, required = [] } = schema;
  // Without either, anything goes: a FHIR resource, say.
  if (!properties && !additionalProperties) return [];
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const inner = properties?.[name] ?? additionalProperties;
    return inner ? faultsOf(member, inner, `${path}.${name}`) : [`${path}.${name} is not documented`];
  });
  return [...missing, ...wrong];
}
