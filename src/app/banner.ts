import type { Application } from './application.js';
import type { AppConfig } from './config/app-config.js';

/** What a person wants to know at the start. The last line is for machines, too: `listening on <URL>`. */
export function banner(config: AppConfig, { url, database }: Application): string {
  const queues = config.redisUrl ? `Redis at ${new URL(config.redisUrl).host}` : 'in the same Postgres';
  const lines = [`database: ${database}`, `queues:   ${queues}`];
  if (config.smtpUrl)
    lines.push(`e-mails:  handed over to ${new URL(config.smtpUrl).host} as ${config.mailFrom}`);
  else lines.push(`e-mails:  kept in the development inbox, ${url}/inbox (set SMTP_URL to send them)`);
  if (!url) return [...lines, 'working; no HTTP in this role'].join('\n');
  lines.push(`API:      ${url}/docs`);
  if (!config.apiToken)
    lines.push('access:   from this machine only, without a token (set API_TOKEN to open it)');
  return [...lines, `listening on ${url}`].join('\n');
}
