import { html, type Html } from './html.js';
import type { ReceivedEmail } from './received-email.js';

export function inboxMessage(email: ReceivedEmail): Html {
  return html`<p><a href="/inbox">Development inbox</a></p>
    <h1>${email.subject || '(no subject)'}</h1>
    <table>
      <tbody>
        ${facts(email)}
      </tbody>
    </table>
    ${email.html === undefined ? [] : htmlPart(email.html)}
    ${email.text === undefined ? [] : textPart(email.text)}`;
}

function facts(email: ReceivedEmail): Html[] {
  const rows: [string, string][] = [
    ['From', email.from],
    ['To', email.to],
    ['Cc', email.cc],
    ['Recipients', email.recipients.join(', ')],
    ['Received', email.receivedAt.toISOString()],
    ['Message-ID', email.messageId],
    ['Attachments', email.attachments.join(', ')],
  ];
  return rows
    .filter(([, value]) => value !== '')
    .map(
      ([name, value]) =>
        html`<tr>
          <th>${name}</th>
          <td>${value}</td>
        </tr>`,
    );
}

/** An empty `sandbox`: no scripts, no forms, no access to this page. */
function htmlPart(source: string): Html {
  return html`<h2>HTML</h2>
    <iframe title="HTML part" sandbox="" srcdoc="${source}"></iframe>`;
}

function textPart(text: string): Html {
  return html`<h2>Text</h2>
    <pre>${text}</pre>`;
}
