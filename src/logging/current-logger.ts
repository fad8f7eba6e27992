import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';

/** The logger that Nest writes with. */
export class CurrentLogger extends Logger {
  /** Whether a line of this level comes to anything: a logger of another kind decides for itself. */
  static writes(level: LogLevel): boolean {
    const { staticInstanceRef } = this;
    if (!Logger.isLevelEnabled(level)) return false;
    return !(staticInstanceRef instanceof ConsoleLogger) || staticInstanceRef.isLevelEnabled(level);
  }
}
