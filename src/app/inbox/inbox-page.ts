import { html, type Html } from './html.js';

const STYLE = html`
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color:
  #222; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 0.4rem 0.6rem;
  border-bottom: 1px solid #ddd; overflow-wrap: anywhere; } pre { white-space: pre-wrap; overflow-wrap:
  anywhere; background: #f6f6f6; padding: 1rem; } iframe { width: 100%; height: 32rem; border: 1px solid #ddd;
  } time { white-space: nowrap; color: #666; }
`;

export function inboxPage(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        ${content}
      </body>
    </html>`.source;
}
