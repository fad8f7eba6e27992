import { Injectable } from '@nestjs/common';

/**
 * The store's time, as far as this process knows it. Every time Celeriac writes or compares (eta, expiry,
 * parking) is the store's, so that processes with different clocks agree.
 */
@Injectable()
export class StoreClock {
  private offset = 0;

  now(): number {
    return Date.now() + this.offset;
  }

  /** @param offset the store's clock minus this process's, in ms */
  adjust(offset: number): void {
    this.offset = offset;
  }

  get currentOffset(): number {
    return this.offset;
  }
}
