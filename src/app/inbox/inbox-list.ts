import { html, type Html } from './html.js';
import type { ReceivedEmail } from './received-email.js';

export function inboxList(emails: readonly ReceivedEmail[]): Html {
  if (emails.length === 0)
    return html`<h1>Development inbox</h1>
      <p>
        Nothing has arrived. POST an e-mail to <code>/emails</code>; <a href="/docs">/docs</a> says how.
      </p>`;
  return html`<h1>Development inbox</h1>
    <p>${emails.length} kept, the newest first. Nothing here was delivered any further.</p>
    <table>
      <thead>
        <tr>
          <th>Received</th>
          <th>To</th>
          <th>Subject</th>
        </tr>
      </thead>
      <tbody>
        ${emails.map(row)}
      </tbody>
    </table>`;
}

function row(email: ReceivedEmail): Html {
  return html`<tr>
    <td><time>${email.receivedAt.toISOString()}</time></td>
    <td>${email.recipients.join(', ')}</td>
    <td><a href="/inbox/${email.id}">${email.subject || '(no subject)'}</a></td>
  </tr>`;
}
