import { startApplication } from './app/application.js';
import { banner } from './app/banner.js';
import { readConfig } from './app/config/app-config.js';
import { startupProblem } from './app/startup-problem.js';
import { stopRequest } from './app/stop-request.js';

const stop = stopRequest();
try {
  const config = readConfig(process.env);
  const application = await startApplication(config);
  process.stdout.write(`${banner(config, application)}\n`);
  await stop;
  process.stdout.write('stopping: what runs is finished first\n');
  await application.stop();
} catch (error) {
  process.stderr.write(`${startupProblem(error)}\n`);
  // What a failed start leaves open must not keep the process.
  process.exit(1);
}
