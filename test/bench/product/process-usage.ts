import { readdir, readFile } from 'node:fs/promises';

/** What a process has used since it started; only Linux tells. */
export interface ProcessUsage {
  /** Processor time, of user and system together. */
  readonly cpuSeconds: number;
  /** Highest resident set so far, in MB (10^6 bytes). */
  readonly peakRssMb: number;
}

/** proc(5): /proc/pid/stat counts in clock ticks, which are 100 a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Fields after the name, counted from 0. */
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
/** Of children that have ended. */
const ENDED_USER_TICKS = 13;
const ENDED_SYSTEM_TICKS = 14;

/** Usage of one process; undefined where it cannot be told. */
export async function usageOf(pid: number): Promise<ProcessUsage | undefined> {
  const [fields, status] = await Promise.all([statOf(pid), read(`/proc/${pid}/status`)]);
  const peakKb = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
  if (fields === undefined || peakKb === undefined) return undefined;
  return {
    cpuSeconds: secondsOf(fields, USER_TICKS, SYSTEM_TICKS),
    peakRssMb: (Number(peakKb) * 1024) / 1e6,
  };
}

/** A process and its children: their processor time together, ended ones included; the highest peak of those that run. */
export async function familyUsage(pid: number): Promise<ProcessUsage | undefined> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((entry) => entry > 0);
  const parents = await Promise.all(pids.map(async (entry) => Number((await statOf(entry))?.[PARENT])));
  const family = [pid, ...pids.filter((_, at) => parents[at] === pid)];
  const usages = (await Promise.all(family.map(usageOf))).filter((usage) => usage !== undefined);
  if (usages.length === 0) return undefined;
  const ended = secondsOf((await statOf(pid)) ?? [], ENDED_USER_TICKS, ENDED_SYSTEM_TICKS);
  return {
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, ended),
    peakRssMb: Math.max(...usages.map(({ peakRssMb }) => peakRssMb)),
  };
}

function secondsOf(fields: readonly string[], ...ticks: readonly number[]): number {
  return ticks.reduce((sum, field) => sum + Number(fields[field] ?? 0), 0) / TICKS_PER_SECOND;
}

async function statOf(pid: number): Promise<readonly string[] | undefined> {
  const stat = await read(`/proc/${pid}/stat`);
  // The name stands in parentheses and may hold anything.
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
