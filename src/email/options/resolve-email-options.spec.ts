import { describe, expect, it } from 'vitest';
import type { EmailModuleOptions } from './email-module-options.js';
import { resolveEmailOptions } from './resolve-email-options.js';

const valid: EmailModuleOptions = { from: 'App <app@example.com>', transport: 'smtp://localhost:25' };
const resolve = (more: object) => () => resolveEmailOptions({ ...valid, ...more });

describe('the options of EmailModule', () => {
  it('have defaults for all but the sender and the transport', () => {
    expect(resolveEmailOptions(valid)).toEqual({
      from: { name: 'App', address: 'app@example.com', normalised: 'app@example.com' },
      transports: { default: 'smtp://localhost:25' },
      perRecipient: [],
      messageClasses: {
        default: {
          onUnknown: 'hold',
          blockCheck: 'full',
          transports: null,
          renderAt: 'preprocess',
          bulk: false,
          priority: 'normal',
        },
      },
      attachments: {
        store: 'database',
        maxSize: 25 * 1024 ** 2,
        maxTotalSize: 25 * 1024 ** 2,
        maxCount: 20,
        keepUnused: 86_400_000,
      },
      templates: null,
      dkim: null,
      retention: { keep: null, anonymiseAfter: null },
      queue: 'email',
      claimLease: 60_000,
      handOverTimeout: 60_000,
      sweepInterval: 30_000,
      smtpCheckInterval: 30_000,
      preparedStatements: true,
    });
  });

  it('take limits per recipient as rates', () => {
    const five = { count: 5, window: 600_000, windowText: '10m' };
    expect(resolve({ perRecipient: '5/10m' })()).toMatchObject({ perRecipient: [five] });
    expect(resolve({ perRecipient: ['5/10m', '50/1d'] })()).toMatchObject({
      perRecipient: [five, { count: 50, window: 86_400_000, windowText: '1d' }],
    });
  });

  it('keep and anonymise for as long as they say, null being for ever', () => {
    const retention = { keep: '90d', anonymiseAfter: '30d' };
    expect(resolve({ perRecipient: '5/1d', retention })()).toMatchObject({
      retention: { keep: 90 * 86_400_000, anonymiseAfter: 30 * 86_400_000 },
    });
    expect(resolve({ retention: { keep: null } })()).toMatchObject({
      retention: { keep: null, anonymiseAfter: null },
    });
  });

  it.each([
    [{ from: undefined }, 'EmailModule: option "from" is missing'],
    [{ from: 'app' }, 'EmailModule: option "from" ("app") is not an address'],
    [{ transport: undefined }, 'option "transport" is missing'],
    [{ transport: 'http://example.com' }, 'option "transport" is neither an SMTP URL nor an object'],
    [{ transports: { a: 'smtp://a' } }, 'option "transports" stands beside "transport"'],
    [{ transport: undefined, transports: {} }, 'option "transports" names no SMTP server'],
    [{ transport: undefined, transports: { a: 'x' } }, 'option "transports.a" is neither'],
    [{ transport: undefined, transports: { 'a b': 'smtp://a' } }, 'has a transport "a b"'],
    [
      { messageClasses: { news: { transports: ['x'] } } },
      'class "news": option "transports" has "x". Use default',
    ],
    [{ messageClasses: { news: { transports: [] } } }, 'is not a list of names'],
    [{ perRecipient: '5' }, 'option "perRecipient" is "5", not a rate'],
    [{ perRecipient: ['5/10m', '5'] }, 'option "perRecipient[1]" is "5", not a rate'],
    [{ perRecipient: '0/10m' }, 'option "perRecipient" is "0/10m", not a rate'],
    [{ perRecipient: '5/10' }, 'option "perRecipient" is "5/10", not a rate'],
    [{ perRecipient: '5/0s' }, 'option "perRecipient" is "5/0s", not a rate'],
    [{ sweepInterval: 30 }, 'option "sweepInterval" is 30, not a duration'],
    [{ claimLease: '0s' }, 'option "claimLease" is "0s"'],
    [{ queue: 'a b' }, 'option "queue" is "a b"'],
    [
      { attachments: { store: 'disk' } },
      `EmailModule, attachments: option "store" is "disk". Use 'database'`,
    ],
    [{ attachments: { store: { directory: 'files' } } }, 'an/absolute/path'],
    [{ attachments: { store: { name: 'bucket', read() {} } } }, 'an AttachmentStore with name, write'],
    [{ attachments: { maxSize: '25M' } }, 'option "maxSize" is "25M"'],
    [{ attachments: { maxTotalSize: '1MB' } }, 'option "maxTotalSize" is less than maxSize'],
    [{ attachments: { keepUnused: '10m' } }, `option "keepUnused" is "10m". It must be at least '1h'`],
    [{ attachments: { maxsize: '1MB' } }, 'Did you mean "maxSize"?'],
    [{ templates: {} }, 'option "templates" has no directory'],
    [{ templates: { directory: 5 } }, 'option "directory" is not a directory'],
    [{ templates: { directory: 'a', declared: ['welcome'] } }, 'is not a list of templates'],
    [{ messageClasses: { news: { renderAt: 'never' } } }, 'option "renderAt" is "never"'],
    [{ messageClasses: { news: { priority: 1 } } }, 'option "priority" is 1'],
    [
      { retention: { keep: '59m' } },
      `EmailModule, retention: option "keep" is "59m". It must be at least '1h'`,
    ],
    [{ retention: { anonymiseAfter: 30 } }, 'option "anonymiseAfter" is 30, not a duration'],
    [
      { retention: { keep: '30d', anonymiseAfter: '30d' } },
      'is 30d, and messages are deleted after 30d (keep)',
    ],
    [
      { perRecipient: '5/1d', retention: { anonymiseAfter: '1d' } },
      'option "anonymiseAfter" is 1d, and perRecipient counts the messages of 1d. Make it longer than that',
    ],
    [{ perRecipient: '5/2d', retention: { keep: '36h' } }, 'option "keep" is 36h, and perRecipient counts'],
    [{ retention: { anonymizeAfter: '1d' } }, 'Did you mean "anonymiseAfter"?'],
    [{ sweepIntervall: '1s' }, 'Did you mean "sweepInterval"?'],
  ])('%j are refused at boot', (more, message) => {
    expect(resolve(more)).toThrow(message);
  });

  it('never show the transport in an error: it may hold a password', () => {
    expect(resolve({ transport: 'smpt://user:secret@host' })).toThrow(/^(?!.*secret)/);
  });
});
