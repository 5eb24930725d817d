import { CONDITION, condition, OBSERVATION, observation, PATIENT, patient } from './records.js';
import type { Scene, Step } from './tour.js';

interface Assured {
  readonly assurance: { readonly log: string; readonly ledgers: Readonly<Record<string, string>> };
}
const isFinal = ({ assurance: { log, ledgers } }: Assured) =>
  log === 'witnessed' && Object.values(ledgers).includes('final');

/** A change travels from the FHIR server to the ledger, and copies of it are verified. */
export const RECORD_STEPS: readonly Step[] = [
  {
    title: 'A record is created at the FHIR server: it is logged, witnessed, and anchored on the EVM ledger',
    async run({ fhir, api, expect }: Scene) {
      await fhir.put(PATIENT, patient('1985-12-10'));
      const held = await fhir.put(OBSERVATION, observation('6.30'));
      const verdict = await api.verifyUntil(held, isFinal);
      expect('match', verdict.match, 'exact');
      expect('standing', verdict.standing, 'current');
      expect('assurance', verdict.assurance, { log: 'witnessed', ledgers: { evm: 'final' } });
    },
  },
  {
    title: 'The genuine copy verifies as exact, to the last digit; 6.3 is not 6.30',
    async run({ fhir, api, expect }) {
      const copy = await fhir.read(OBSERVATION);
      expect('digits kept', copy.includes('6.30'), true);
      expect('match', (await api.verify(copy)).match, 'exact');
      const respelt = await api.verify(copy.replace('6.30', '6.3'));
      expect('match with 6.3', respelt.match, 'portable');
    },
  },
  {
    title: 'A copy with another id, other meta and another narrative verifies as portable',
    async run({ fhir, api, expect }) {
      const copy = JSON.parse(await fhir.read(PATIENT)) as Record<string, unknown>;
      copy['id'] = 'number-7-at-the-partner';
      copy['meta'] = { versionId: '1', source: 'urn:partner', tag: [{ code: 'imported' }] };
      delete copy['text'];
      const verdict = await api.verify(JSON.stringify(copy));
      expect('match', verdict.match, 'portable');
      expect('differing', verdict.elements.differing, ['id', 'meta', 'text']);
    },
  },
  {
    title: 'A copy with one altered element is partial, and the element is named',
    async run({ fhir, api, expect }) {
      const altered = (await fhir.read(PATIENT)).replace('1985-12-10', '1958-12-10');
      const verdict = await api.verify(altered);
      expect('match', verdict.match, 'partial');
      expect('differing', verdict.elements.differing, ['birthDate']);
    },
  },
  {
    title: 'A record that nobody recorded gets a verdict too',
    async run({ api, expect }) {
      const verdict = await api.verify('{"resourceType":"Patient","id":"nobody","active":true}');
      expect('match', verdict.match, 'none');
      expect('standing', verdict.standing, 'unknown');
    },
  },
  {
    title: 'The record is updated: the old version is superseded, the new one current',
    async run({ fhir, api, expect }) {
      const old = await fhir.read(OBSERVATION);
      const held = await fhir.put(OBSERVATION, observation('6.50'));
      const now = await api.verifyUntil(held, ({ match, index }) => match === 'exact' && index !== null);
      expect('new version', [now.match, now.standing], ['exact', 'current']);
      const before = await api.verify(old);
      expect('old version', [before.match, before.standing], ['exact', 'superseded']);
    },
  },
  {
    title: 'A record is deleted: the deletion is logged, and a copy says so',
    async run({ fhir, api, expect }) {
      const held = await fhir.put(CONDITION, condition());
      await api.verifyUntil(held, ({ match }) => match === 'exact');
      await fhir.remove(CONDITION);
      const verdict = await api.verifyUntil(held, ({ standing }) => standing === 'deleted');
      expect('verdict', [verdict.match, verdict.standing], ['exact', 'deleted']);
      const versions = await api.versions(`sandbox/${CONDITION}`, 2);
      const interactions = versions.map(({ interaction }) => interaction);
      expect('logged interactions, newest first', interactions, ['delete', 'create']);
    },
  },
];
