import { mixedBuilds } from './mixed-builds.js';

mixedBuilds('redis');
