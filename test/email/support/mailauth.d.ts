/** As far as tests use it; the package has no types. */
declare module 'mailauth/lib/dkim/verify.js' {
  export function dkimVerify(
    message: string | Buffer,
    options: { resolver: (name: string, type: string) => Promise<string[][]> },
  ): Promise<{
    results: { signingDomain: string; selector: string; status: { result: string; comment?: string } }[];
  }>;
}
