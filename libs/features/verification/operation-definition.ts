import type { OperationDefinition } from '@medplum/fhirtypes';

/** Where the definition is read, below the API's public URL: also its canonical URL. */
export const VERIFY_OPERATION_PATH = '/fhir/OperationDefinition/attestry-verify';

type Parameter = NonNullable<OperationDefinition['parameter']>[number];

function out(
  name: string,
  type: NonNullable<Parameter['type']>,
  max: '1' | '*',
  documentation: string,
): Parameter {
  return { name, use: 'out', min: 0, max, type, documentation };
}

const DEFINITION: Omit<OperationDefinition, 'url'> = {
  resourceType: 'OperationDefinition',
  id: 'attestry-verify',
  version: '1.0.0',
  name: 'AttestryVerify',
  title: 'Verify a resource against the log',
  status: 'active',
  kind: 'operation',
  affectsState: false,
  code: 'verify',
  system: true,
  type: false,
  instance: false,
  parameter: [
    {
      name: 'resource',
      use: 'in',
      min: 1,
      max: '1',
      type: 'Resource',
      documentation: 'The resource in hand. It may also be the whole body. It is never stored.',
    },
    { ...out('match', 'code', '1', 'exact | portable | partial | none'), min: 1 },
    { ...out('standing', 'code', '1', 'current | superseded | deleted | unknown'), min: 1 },
    { ...out('assurance', 'code', '1', 'unknown | pending | logged | witnessed'), min: 1 },
    {
      name: 'ledger',
      use: 'out',
      min: 0,
      max: '*',
      documentation: 'One for each ledger that has been sent a checkpoint over the entry.',
      part: [
        { ...out('name', 'string', '1', 'The ledger'), min: 1 },
        { ...out('state', 'code', '1', 'submitted | included | final'), min: 1 },
      ],
    },
    out('matching', 'string', '*', 'Name of an element that agrees'),
    out('differing', 'string', '*', 'Name of an element that was changed, added or left out'),
    {
      name: 'record',
      use: 'out',
      min: 0,
      max: '1',
      documentation: 'The record version that the verdict is about.',
      part: [
        { ...out('source', 'string', '1', 'Name of the source'), min: 1 },
        { ...out('version', 'uri', '1', 'The version-specific URL at the source'), min: 1 },
        { ...out('interaction', 'code', '1', 'create | update | delete'), min: 1 },
        out('lastUpdated', 'instant', '1', 'As the source wrote it'),
        { ...out('observed', 'instant', '1', 'When it was received'), min: 1 },
      ],
    },
    { ...out('others', 'unsignedInt', '1', 'How many other record versions agree in the same view'), min: 1 },
    out('index', 'unsignedInt', '1', 'Index of the entry in the log'),
    out('evidence', 'uri', '1', 'Path of the evidence document'),
  ],
};

/** `$verify` (https://hl7.org/fhir/R4/operationdefinition.html). @param base the API's public URL */
export function verifyOperation(base: string): OperationDefinition {
  return { ...DEFINITION, url: `${base}${VERIFY_OPERATION_PATH}` };
}
