import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

// As the suite, on the copy in which the mutant lives. Lists are replaced: merged, they would fit the original, too.
const config = mergeConfig(base, defineConfig({ test: { silent: true } }));
config.test.include = ['dist-mutants/{src,test}/**/*.spec.js'];
config.test.globalSetup = ['dist-mutants/test/support/services.js'];

export default config;
