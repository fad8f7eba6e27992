import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { Request } from 'express';

/** Refuses a body that a parser may have taken, or that is compressed: what is stored is what was sent. */
@Injectable()
export class BytesBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    const type = headers['content-type'];
    if (type !== 'application/octet-stream')
      throw new UnsupportedMediaTypeException(
        `The body is ${type ?? 'of no declared type'}. Send Content-Type: application/octet-stream, whatever the file is.`,
      );
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity')
      throw new UnsupportedMediaTypeException(
        `The body is encoded as ${encoding}. Send it without Content-Encoding.`,
      );
    return true;
  }
}
