import { Child } from './child.js';

/** The reference application, in a process of its own, with no other settings than these. */
export class AppProcess extends Child {
  constructor(settings: Readonly<Record<string, string | undefined>>, outputFile: string) {
    const { PATH, HOME, TMPDIR, REDIS_URL } = process.env;
    super({
      file: new URL('../../main.js', import.meta.url),
      env: { PATH, HOME, TMPDIR, REDIS_URL, ...settings },
      outputFile,
    });
  }

  /** Waits until it accepts requests. @returns its URL */
  async url(signal: AbortSignal): Promise<string> {
    const [, url] = await this.said(/^listening on (\S+)$/m, signal);
    return url!;
  }
}
