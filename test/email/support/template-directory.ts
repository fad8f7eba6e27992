import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of e-mail templates, for the time of a test. */
export class TemplateDirectory {
  private constructor(readonly path: string) {}

  /** @param files sources by file: `welcome.html.liquid` */
  static async create(files: Readonly<Record<string, string>>): Promise<TemplateDirectory> {
    const directory = new TemplateDirectory(await mkdtemp(join(tmpdir(), 'celeriac-templates-')));
    for (const [file, source] of Object.entries(files)) {
      await mkdir(dirname(join(directory.path, file)), { recursive: true });
      await writeFile(join(directory.path, file), source);
    }
    return directory;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
