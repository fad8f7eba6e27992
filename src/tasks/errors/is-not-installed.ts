/** Whether an import failed for want of this very package: one that lacks a dependency of its own is broken, and not absent. */
export const isNotInstalled = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes(`'${name}'`);
