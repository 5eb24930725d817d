export { NdjsonChannel } from './ndjson.channel.js';
