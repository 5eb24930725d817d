import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { cannotRun } from './embedded-postgres.errors.js';

const execute = promisify(execFile);

/** The account that the server runs under where we are root, since PostgreSQL refuses root. */
const NAME = 'postgres';

/** How to start a program under the right account. */
export interface Account {
  /** Hands a file or folder over to the account. */
  own(path: string): Promise<void>;
  /** The command line and spawn options that run `program`; `uses` are the paths that it has to reach. */
  command(program: string, parameters: readonly string[], uses: readonly string[]): Promise<AccountCommand>;
}

export interface AccountCommand {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

/** Our own account, or for root the account `postgres`, made where there is none. */
export async function findAccount(): Promise<Account> {
  return process.getuid?.() === 0 ? new LesserAccount(...(await findOrMakeUser())) : OWN_ACCOUNT;
}

const OWN_ACCOUNT: Account = {
  own: () => Promise.resolve(),
  command: (program, parameters) => Promise.resolve({ program, parameters, identity: {} }),
};

class LesserAccount implements Account {
  constructor(
    private readonly uid: number,
    private readonly gid: number,
  ) {}

  async own(path: string): Promise<void> {
    await chown(path, this.uid, this.gid);
  }

  async command(
    program: string,
    parameters: readonly string[],
    uses: readonly string[],
  ): Promise<AccountCommand> {
    const hidden = await firstHidden([program, ...uses]);
    if (hidden === undefined) return { program, parameters, identity: { uid: this.uid, gid: this.gid } };
    return await this.#reachThrough(hidden, program, parameters);
  }

  /**
   * Root's private folders (`/root`, `mktemp -d`) hide what is in them from every other account. On Linux the server
   * is given the one capability that looks through them, and nothing else of root.
   */
  async #reachThrough(
    hidden: string,
    program: string,
    parameters: readonly string[],
  ): Promise<AccountCommand> {
    const capability = '+dac_read_search';
    const privileges = [`--reuid=${this.uid}`, `--regid=${this.gid}`, '--clear-groups'];
    const looks = [
      '--securebits=+no_setuid_fixup',
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
    ];
    const prefix = [...privileges, ...looks, '--'];
    await execute('setpriv', [...prefix, 'true']).catch(() => {
      throw cannotRun(
        'EMBEDDED_POSTGRES.UNREACHABLE_FOLDER',
        `the account '${NAME}' cannot look into ${hidden}: run as another user than root, or from a folder that others may enter (chmod o+x)`,
      );
    });
    return { program: 'setpriv', parameters: [...prefix, program, ...parameters], identity: {} };
  }
}

/** The first folder above any of the paths that other accounts may not enter. */
async function firstHidden(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths)
    for (let folder = dirname(path), above = ''; folder !== above; above = folder, folder = dirname(folder))
      if (((await stat(folder)).mode & 0o001) === 0) return folder;
  return undefined;
}

async function findOrMakeUser(): Promise<[uid: number, gid: number]> {
  const found = await findUser().catch(() => undefined);
  if (found !== undefined) return found;
  try {
    await execute('groupadd', ['--system', '--force', NAME]);
    await execute('useradd', ['--system', '--gid', NAME, '--no-create-home', '--shell', '/bin/false', NAME]);
    return await findUser();
  } catch {
    throw cannotRun(
      'EMBEDDED_POSTGRES.UNSUPPORTED',
      `PostgreSQL does not run as root, and the account '${NAME}' cannot be made: run as another user`,
    );
  }
}

async function findUser(): Promise<[uid: number, gid: number]> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execute('id', [flag, NAME])));
  return [Number(uid!.stdout), Number(gid!.stdout)];
}
