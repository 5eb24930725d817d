export { RestHookChannel } from './rest-hook.channel.js';
