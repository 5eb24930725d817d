export { TopicChannel } from './topic.channel.js';
