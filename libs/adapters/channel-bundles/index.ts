export { BundlesChannel } from './bundles.channel.js';
