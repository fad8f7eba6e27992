import { conformance } from './conformance.js';

conformance({ broker: 'redis', lying: true });
