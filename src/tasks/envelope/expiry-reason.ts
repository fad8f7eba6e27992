/** Why a call expired. An envelope written by hand may hold a time that no Date can show. */
export function expiryReason(expires: number): string {
  const date = new Date(expires);
  return `expired at ${Number.isNaN(date.getTime()) ? expires : date.toISOString()}`;
}
