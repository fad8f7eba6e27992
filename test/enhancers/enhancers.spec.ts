import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  ParseIntPipe,
  type PipeTransform,
  Scope,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { APP_GUARD, Reflector, REQUEST } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InjectTasks, Task, type TaskClient, TaskContext, Tasks } from '../../src/index.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';

const runs: string[] = [];
const seen: string[] = [];

@Injectable()
class RoleGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const role = this.reflector.get<string>('role', context.getHandler());
    seen.push(`${context.getType()} ${context.getClass().name}.${context.getHandler().name} ${role}`);
    return context.getArgs()[0] === role;
  }
}

@Injectable()
class Doubling implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<number>): Observable<number> {
    return next.handle().pipe(map((value) => value * 2));
  }
}

class Trim implements PipeTransform {
  transform(value: unknown): unknown {
    return typeof value === 'string' ? value.trim() : value;
  }
}

class Mapped extends Error {}

@Catch(TypeError)
class Mapping implements ExceptionFilter {
  catch(error: Error): never {
    throw new Mapped(`mapped ${error.message}`);
  }
}

@Catch(RangeError)
class Swallowing implements ExceptionFilter {
  catch(_error: Error, host: ArgumentsHost): string {
    seen.push(`swallowed ${host.getType()}`);
    return 'all is well';
  }
}

@Tasks({ maxRetries: 1, retryBackoff: '5ms' })
@Injectable()
class EnhancedTasks {
  @Task()
  @UseGuards(RoleGuard)
  @SetMetadata('role', 'admin')
  guarded(role: string): string {
    runs.push('guarded');
    return `hello ${role}`;
  }

  @Task()
  @UseInterceptors(Doubling)
  async doubled(value: number): Promise<number> {
    return value;
  }

  @Task()
  @UsePipes(Trim)
  piped(first: string, second = 'default', ...rest: string[]): string[] {
    return [first, second, ...rest];
  }

  @Task()
  @UsePipes(ParseIntPipe)
  parsed(value: unknown): unknown {
    runs.push('parsed');
    return value;
  }

  @Task()
  @UseFilters(Mapping, Swallowing)
  filtered(kind: 'type' | 'range' | 'fine'): string {
    runs.push(`filtered ${kind}`);
    if (kind === 'type') throw new TypeError('one');
    if (kind === 'range') throw new RangeError('two');
    return 'fine';
  }

  @Task()
  @UseGuards(RoleGuard)
  @SetMetadata('role', 'x')
  async throwsForbidden(_role: string): Promise<void> {
    runs.push('throwsForbidden');
    throw new BadRequestException('thrown by the code itself');
  }
}

let instances = 0;

@Injectable({ scope: Scope.REQUEST })
class ScopedTasks {
  private readonly instance = ++instances;

  constructor(
    @Inject(REQUEST) private readonly request: { task: { id: string; headers: object }; args: unknown[] },
    private readonly task: TaskContext,
  ) {}

  @Task()
  @UseInterceptors(Doubling)
  async scoped(value: number): Promise<number> {
    return value + this.instance * 100;
  }

  @Task()
  async requested(_value: string): Promise<unknown> {
    return { same: this.request.task.id === this.task.id, ...this.request.task, args: this.request.args };
  }
}

@Injectable()
class ForbidEverything implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class Caller {
  constructor(
    @InjectTasks(EnhancedTasks) readonly enhanced: TaskClient<EnhancedTasks>,
    @InjectTasks(ScopedTasks) readonly scoped: TaskClient<ScopedTasks>,
  ) {}
}

describe('enhancers', () => {
  const broker = brokerOptions({ broker: 'redis', lying: false });
  const namespace = newNamespace();
  const providers = [EnhancedTasks, ScopedTasks, Caller, { provide: APP_GUARD, useClass: ForbidEverything }];
  let app: TestApp;

  beforeAll(async () => {
    app = await bootApp({ broker, namespace, worker: true }, providers);
  });

  afterAll(async () => {
    await app.close();
    await eraseNamespace(broker, namespace);
  });

  const enhanced = () => app.get(Caller).enhanced;
  const failure = (result: { get(): Promise<unknown> }) => result.get().catch((error: unknown) => error);

  it('a guard sees the task as its handler, with its metadata, and lets it pass', async () => {
    expect(await (await enhanced().guarded.delay('admin')).get()).toBe('hello admin');
    expect(seen).toContain('task EnhancedTasks.guarded admin');
  });

  it("a guard's refusal fails for good, and the code never runs", async () => {
    const before = runs.length;
    const result = await enhanced().guarded.delay('guest');
    expect(await failure(result)).toMatchObject({ state: 'failed', errorName: 'CallRefusedError' });
    expect((await result.state())?.attempts).toBe(1);
    expect(runs.length).toBe(before);
  });

  it('the same exception from the code itself is retried like any other', async () => {
    await failure(await enhanced().throwsForbidden.delay('x'));
    expect(runs.filter((run) => run === 'throwsForbidden')).toHaveLength(2);
  });

  it('an interceptor sees the result', async () => {
    expect(await (await enhanced().doubled.delay(21)).get()).toBe(42);
  });

  it('a pipe works on plain parameters; omitted and rest arguments arrive', async () => {
    expect(await (await enhanced().piped.delay('  a  ')).get()).toEqual(['a', 'default']);
    expect(await (await enhanced().piped.delay(' a', ' b ', 'c', 'd')).get()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a pipe that rejects fails the call for good', async () => {
    expect(await failure(await enhanced().parsed.delay('seven'))).toMatchObject({
      errorName: 'CallRefusedError',
    });
    expect(runs).not.toContain('parsed');
    expect(await (await enhanced().parsed.delay('7')).get()).toBe(7);
  });

  it('a filter may map an error', async () => {
    const result = await enhanced().filtered.delay('type');
    expect(await failure(result)).toMatchObject({ errorName: 'Mapped', reason: 'Mapped: mapped one' });
  });

  it('a filter cannot erase an error by returning a value', async () => {
    const result = await enhanced().filtered.delay('range');
    expect(await failure(result)).toMatchObject({ errorName: 'RangeError', state: 'failed' });
    expect(seen).toContain('swallowed task');
    expect(runs.filter((run) => run === 'filtered range')).toHaveLength(2);
    expect(await (await enhanced().filtered.delay('fine')).get()).toBe('fine');
  });

  it('a request-scoped class is made anew for each delivery, enhancers included', async () => {
    const { scoped } = app.get(Caller);
    const [first, second] = [await scoped.scoped.delay(1), await scoped.scoped.delay(1)];
    expect([await first.get(), await second.get()].toSorted((a, b) => a - b)).toEqual([202, 402]);
    const request = await scoped.requested.applyAsync(['v'], { headers: { tenant: 't' } });
    expect(await request.get()).toMatchObject({ same: true, headers: { tenant: 't' }, args: ['v'] });
  });

  it('global enhancers run around tasks only if asked for', async () => {
    const strict = newNamespace();
    const other = await bootApp(
      { broker, namespace: strict, worker: true, enhancers: { global: true } },
      providers,
    );
    const error = await failure(await other.get(Caller).enhanced.doubled.delay(1));
    expect(error).toMatchObject({ errorName: 'CallRefusedError' });
    await other.close();
    await eraseNamespace(broker, strict);
  });

  it('TaskContext outside a task says so', () => {
    expect(() => app.get(TaskContext).id).toThrow(/TaskContext\.id was read outside a task/);
    expect(app.get(TaskContext).active).toBe(false);
  });
});
