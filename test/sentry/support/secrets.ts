/** What must not get out, in whatever an error says. */
export const ADDRESSES = ['jane.doe@secret.example', 'bob@hidden.example', 'root%40inner.example'] as const;

export const SUBJECT = 'Confidential: your diagnosis';
