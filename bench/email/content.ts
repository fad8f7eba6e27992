const LINE = 'The quick brown fox jumps over the lazy dog. ';

/** The same for both sides: a plain text and HTML, about 2 kB together. */
export const content = (number: number) => ({
  subject: `Your invoice ${number}`,
  text: `${LINE.repeat(14)}\n`,
  html: `<p>${LINE.repeat(14)}</p>`,
});

export const recipient = (number: number): string => `r${number}@example.com`;
