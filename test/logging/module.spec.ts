import { Inject, Injectable } from '@nestjs/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TaskEvents } from '../../src/index.js';
import { LoggingModule, type LoggingModuleOptions } from '../../src/logging/index.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';

const WISH = Symbol('wish');

@Injectable()
class Wishes {
  constructor(@Inject(WISH) private readonly succeeded: boolean) {}

  createLoggingOptions = (): LoggingModuleOptions => ({ succeeded: this.succeeded });
}

class WishModule {}
const wishing = { module: WishModule, providers: [{ provide: WISH, useValue: false }], exports: [WISH] };

describe('LoggingModule', () => {
  it.each([
    ['nobody', [], false],
    ['forRoot', [LoggingModule.forRoot()], true],
    ['forRoot, told not to', [LoggingModule.forRoot({ succeeded: false })], false],
    ['a factory', [LoggingModule.forRootAsync({ useFactory: async () => ({}) })], true],
    ['a class', [LoggingModule.forRootAsync({ imports: [wishing], useClass: Wishes })], false],
  ])('has calls logged that go well, or not: by %s', async (_, imports, logged) => {
    const broker = brokerOptions({ broker: 'redis', lying: false });
    const app = await bootApp({ broker, namespace: newNamespace() }, [], undefined, imports);
    onTestFinished(() => app.close());
    expect(app.get(TaskEvents).has('succeeded')).toBe(logged);
    expect(app.get(TaskEvents).has('failed')).toBe(true);
  });

  it('takes no option it does not know', () => {
    expect(() => LoggingModule.forRoot({ succeded: true } as object)).toThrow(/Did you mean "succeeded"/);
  });
});
