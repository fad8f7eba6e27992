import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Access, type Asker, bearerAccess } from '../tasks/access/bearer-access.js';
import { METRICS_SETTINGS, type MetricsSettings } from './metrics-options.js';

/** Lets scrapers in that have the token; without one, those of this machine. */
@Injectable()
export class MetricsAccessGuard implements CanActivate {
  private readonly access: Access;

  constructor(
    @Inject(METRICS_SETTINGS) { token }: MetricsSettings,
    private readonly http: HttpAdapterHost,
  ) {
    this.access = bearerAccess(token, 'MetricsModule: token');
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
