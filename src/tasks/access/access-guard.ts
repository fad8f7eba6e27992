import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  type Type,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Access, type Asker, bearerAccess } from './bearer-access.js';

/**
 * A guard that lets in who has the token; without one, who asks from this machine.
 *
 * @param settings where the token is found, as `{ token }`
 * @param option where it is set, for the answer: `MetricsModule: token`
 */
export function accessGuard(settings: symbol, option: string): Type<CanActivate> {
  @Injectable()
  class AccessGuard implements CanActivate {
    private readonly access: Access;

    constructor(
      @Inject(settings) { token }: { readonly token?: string },
      @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
    ) {
      this.access = bearerAccess(token, option);
    }

    /** @throws UnauthorizedException, ForbiddenException */
    canActivate(context: ExecutionContext): boolean {
      const asked = context.switchToHttp().getRequest<Asker & { raw?: Asker }>();
      const refusal = this.access(asked.raw ?? asked);
      if (!refusal) return true;
      if (refusal.status === 403) throw new ForbiddenException(refusal.message);
      const response: unknown = context.switchToHttp().getResponse();
      this.http.httpAdapter.setHeader(response, 'WWW-Authenticate', 'Bearer');
      throw new UnauthorizedException(refusal.message);
    }
  }
  return AccessGuard;
}
