export { WebSocketChannel } from './websocket.channel.js';
