// Completes package-lock.json after `npm install`, so that `npm ci` accepts it on every platform.
//
// Some packages ship a native binary per platform as optional dependencies. npm leaves those out of the lock
// that it could not find while installing, and `npm ci` then refuses the lock. An entry with version, os and cpu is
// enough: npm skips it on other platforms and fetches it on its own.
//
// usage: npm run lock
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../../package-lock.json', import.meta.url);
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = {
  amd64: 'x64',
  x64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** Reads os and cpu from a platform package's name, such as `@scope/binding-linux-arm64-gnu`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.map((word) => PROCESSORS[word]).find(Boolean);
  if (!os || !cpu)
    throw new Error(
      `complete-lock: cannot tell the platform of ${name}; add it to config/npm/complete-lock.mjs`,
    );
  return { os: [os], cpu: [cpu] };
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const present = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));
const added = {};
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (present.has(name)) continue;
    added[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
  }
}
const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(`complete-lock: ${Object.keys(added).length} platform packages added`);
