import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/index.js';
import { dkim } from './dkim.js';

const pem = (bits: number) =>
  generateKeyPairSync('rsa', {
    modulusLength: bits,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
const elliptic = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const key = pem(1024);
const valid = { domainName: 'Example.com', keySelector: 'mail', privateKey: key };
const parse = (value: unknown) => () => dkim(value, 'EmailModule', 'dkim');

describe('the key messages are signed with', () => {
  it('is an RSA key of a domain', () => {
    expect(parse(valid)()).toEqual({ ...valid, domainName: 'example.com' });
  });

  it.each([
    ['an elliptic one, which nodemailer would leave unsigned', elliptic, 'is not an RSA key'],
    ['one that is too short', pem(512), 'is not an RSA key of at least 1024 bits'],
    ['one on one line', key.replaceAll('\n', String.raw`\n`), 'is not a private key in PEM'],
    ['none', 'secret', 'is not a private key in PEM'],
  ])('is refused if it is %s, and never shown', (_what, privateKey, problem) => {
    expect(parse({ ...valid, privateKey })).toThrow(InvalidOptionError);
    expect(parse({ ...valid, privateKey })).toThrow(problem);
    expect(parse({ ...valid, privateKey })).not.toThrow(String(privateKey).slice(30, 60) || 'secret');
  });

  it.each([
    [{ domainName: 'x y' }, 'option "domainName" is not a domain'],
    [{ keySelector: 'a; b' }, 'option "keySelector" is "a; b"'],
    [{ privateKey: undefined }, 'option "dkim" is not whole'],
    [{ selector: 'a' }, 'Did you mean "keySelector"?'],
  ])('needs %j to be otherwise', (more, problem) => {
    expect(parse({ ...valid, ...more })).toThrow(problem);
  });
});
