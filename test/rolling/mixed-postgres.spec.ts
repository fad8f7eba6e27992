import { mixedBuilds } from './mixed-builds.js';

mixedBuilds('postgres');
