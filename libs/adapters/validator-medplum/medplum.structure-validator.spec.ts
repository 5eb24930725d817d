import { parseResource } from '#core';
import { MedplumStructureValidator } from './medplum.structure-validator.js';

const validator = new MedplumStructureValidator();
const faultsOf = (resource: object): Promise<readonly string[]> =>
  validator.validate(parseResource(JSON.stringify({ resourceType: 'Patient', id: 'p', ...resource })));

describe('structure validation of R4', () => {
  it('finds nothing in what is valid, primitive siblings and nulls too', async () => {
    expect(await faultsOf({ name: [{ given: ['a', null], _given: [null, { id: 'x' }] }] })).toEqual([]);
  });

  it.each([
    ['a wrong type', { active: 'yes' }, ['error structure Patient.active']],
    ['a date that is none', { birthDate: '1970-13-99' }, ['error structure Patient.birthDate']],
    ['an invariant', { contact: [{ id: 'x' }] }, ['error invariant Patient.contact[0]']],
    ['a type that does not exist', { resourceType: 'Nope' }, ['error structure']],
    [
      'a fault within',
      { contained: [{ resourceType: 'Observation', id: 'o', status: 'final' }] },
      ['error structure Patient.contained[0].code'],
    ],
  ])('names %s by code and path', async (_what, resource, faults) => {
    expect(await faultsOf(resource)).toEqual(faults);
  });

  it('repeats no content, whatever stands where a name should', async () => {
    const faults = await faultsOf({ 'Marie Skłodowska': 1, gender: 'Marie', x: { 'Marie S.': 'Marie' } });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join()).not.toContain('Marie');
  });

  it('tells no more than is of use', async () => {
    const faults = await faultsOf({ name: Array.from({ length: 200 }, () => ({})) });
    expect(faults).toHaveLength(50);
  });
});
