/** What stands for all others. */
export const OTHER = 'other';

/** Names as values of a label: after so many different ones, all others are one. */
export class BoundedNames {
  private readonly names = new Set<string>();

  /**
   * @param most how many are told apart
   * @param form what a name looks like; others are never told apart
   */
  constructor(
    private readonly most: number,
    private readonly form: RegExp,
  ) {}

  of(name: string): string {
    if (this.names.has(name)) return name;
    if (this.names.size >= this.most || !this.form.test(name)) return OTHER;
    this.names.add(name);
    return name;
  }
}
