#!/usr/bin/env node
import { registerCanonical } from './canonical/canonical.command.js';
import { registerDeadLetter } from './dead-letter/dead-letter.command.js';
import { registerDemo } from './demo/demo.command.js';
import { registerDigest } from './digest/digest.command.js';
import { createProgram, runProgram } from './frame/program.js';
import { registerIncident } from './incident/incident.command.js';
import { registerImport } from './import/import.command.js';
import { registerKeys } from './keys/keys.command.js';
import { registerLedger } from './ledger/ledger.command.js';
import { registerSource } from './source/source.command.js';
import { registerUp } from './up/up.command.js';
import { registerVerify } from './verify/verify.command.js';
import { registerWitness } from './witness/witness.command.js';

const program = createProgram();
registerUp(program);
registerDemo(program);
registerVerify(program);
registerWitness(program);
registerCanonical(program);
registerDigest(program);
registerSource(program);
registerDeadLetter(program);
registerIncident(program);
registerImport(program);
registerLedger(program);
registerKeys(program);
await runProgram(program, process.argv);
