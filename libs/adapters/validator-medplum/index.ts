export { MedplumStructureValidator } from './medplum.structure-validator.js';
