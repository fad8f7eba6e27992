import { Injectable } from '@nestjs/common';
import { Task } from '../../../src/index.js';

class BadPicture extends Error {
  override readonly name = 'BadPicture';
}

/** Whether what makes the tasks fail has been mended. */
export class Weather {
  fair = false;
}

@Injectable()
export class FailingTasks {
  constructor(private readonly weather: Weather) {}

  @Task({ name: 'picture.render', maxRetries: 0 })
  async render(message: string): Promise<string> {
    if (!this.weather.fair) throw new BadPicture(message);
    return message;
  }

  @Task({ name: 'letter.send', queue: 'other', maxRetries: 0 })
  async send(address: string): Promise<void> {
    if (!this.weather.fair) throw new TypeError(`no such address: ${address}`);
  }
}
