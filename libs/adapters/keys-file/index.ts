export { loadKeys, type FileKeys } from './keys-file.js';
