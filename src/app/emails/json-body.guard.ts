import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { Request } from 'express';

/** Refuses a body that is not JSON; the parser would only leave it out. */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.is('application/json') === false)
      throw new UnsupportedMediaTypeException(
        `The body is ${request.headers['content-type'] ?? 'of no declared type'}. Send Content-Type: application/json.`,
      );
    return true;
  }
}
