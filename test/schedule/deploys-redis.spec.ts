import { deploys } from './deploys.js';

deploys({ broker: 'redis', lying: false });
