import { deploys } from './deploys.js';

deploys({ broker: 'postgres', lying: false });
