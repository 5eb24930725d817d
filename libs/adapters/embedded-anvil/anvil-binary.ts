import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { anvilError } from './embedded-anvil.errors.js';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Path of the anvil binary that npm installed for this platform. Run without the package's JavaScript wrapper, so
 * that signals and memory are the chain's own. Throws ANVIL.NO_BINARY.
 */
export function anvilBinary(): string {
  const { platform, arch } = process;
  const name = `@foundry-rs/anvil-${platform}-${ARCHITECTURES[arch] ?? arch}`;
  try {
    // The platform's package is a dependency of the wrapper's, so it is looked for from there.
    const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
    const manifest = createRequire(wrapper).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil');
  } catch {
    throw anvilError(
      'ANVIL.NO_BINARY',
      `npm package ${name} is not installed: run npm ci without --omit=optional`,
    );
  }
}
