import { Option, type Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';

/** How a source is listened to, asked and watched; what is not given is left to the API's defaults. */
export interface SettingOptions {
  readonly channel?: string;
  readonly topic?: string;
  readonly content?: string;
  readonly numbering?: string;
  readonly bodies?: string;
  readonly validation?: string;
  readonly allowBase?: readonly string[];
  readonly allowPrivateHost?: readonly string[];
  readonly set?: Readonly<Record<string, number>>;
}

const WORDS = {
  channel: ['rest-hook', 'topic', 'websocket', 'polling', 'none'],
  content: ['empty', 'id-only', 'full-resource'],
  numbering: ['monotonic', 'resetting', 'per-bundle', 'constant'],
  bodies: ['signed', 'never'],
  validation: ['off', 'warn', 'reject'],
};

/** Adds the options of {@link SettingOptions}. */
export function addSettingOptions(command: Command): Command {
  const oneOf = (name: keyof typeof WORDS, help: string): Option =>
    new Option(`--${name} <word>`, help).choices(WORDS[name]);
  return command
    .addOption(oneOf('channel', 'how its changes reach us'))
    .option('--topic <url>', 'the SubscriptionTopic of channel topic')
    .addOption(oneOf('content', 'what notifications of channel topic carry'))
    .addOption(oneOf('numbering', 'what its event numbers are worth'))
    .addOption(oneOf('bodies', 'whose bodies are hashed as they came'))
    .addOption(oneOf('validation', 'what structure validation does'))
    .option('--allow-base <url...>', 'further base URLs that may be contacted')
    .option('--allow-private-host <host...>', 'hosts that may lie in private address ranges')
    .option(
      '--set <key=number>',
      'a setting that is a number, as in driftPerMinute=60; may be repeated',
      number,
    );
}

/** The settings that were given; undefined when none was. */
export function declaredSettings(options: SettingOptions): object | undefined {
  const { channel, topic, content, numbering, bodies, validation, allowBase, allowPrivateHost, set } =
    options;
  const given = Object.entries({
    channel,
    topic,
    content,
    numbering,
    bodies,
    validation,
    allowedBases: allowBase?.map((base) => base.replace(/\/+$/, '')),
    privateHosts: allowPrivateHost,
    ...set,
  }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function number(text: string, before: SettingOptions['set'] = {}): Readonly<Record<string, number>> {
  const [, key, value] = /^([A-Za-z]+)=(\d{1,15})$/.exec(text) ?? [];
  if (key === undefined)
    throw new CliError('USAGE.INVALID', '--set takes key=number', {
      advice: 'For example driftPerMinute=60',
    });
  return { ...before, [key]: Number(value) };
}
