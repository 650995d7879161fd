// Sends a job (JSON on standard input) through nodemailer's pool; prints a line of JSON for each mailing.
// The folder that nodemailer is installed in is the one argument.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const nodemailer = createRequire(resolve(process.argv[2], 'x.js'))('nodemailer');
const job = JSON.parse(readFileSync(0, 'utf8'));
const transport = nodemailer.createTransport({
  pool: true, host: '127.0.0.1', port: job.port, secure: false,
  maxConnections: job.connections, maxMessages: job.perConnection,
  ...(job.authority
    ? { requireTLS: true, tls: { ca: readFileSync(job.authority) }, auth: { user: job.userName, pass: job.password } }
    : { ignoreTLS: true }),
});
// Read once, as a careful caller would; what nodemailer does with it for each message is its own cost.
const attachments = job.attachment ? [{ filename: 'attachment.bin', content: readFileSync(job.attachment) }] : [];

for (let mailing = 0; mailing < job.mailings; mailing++) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  let next = 0;
  // More than its connections, so that its queue is never empty.
  await Promise.all(Array.from({ length: 2 * job.connections }, async () => {
    while (next < job.messages) {
      const i = next++;
      const fill = (text) => text?.replaceAll('{{Name}}', `Reader ${String(i).padStart(7, '0')}`).replaceAll('{{Number}}', String(i).padStart(8, '0'));
      await transport.sendMail({
        from: 'News <news@sender.test>', to: `reader${String(i).padStart(7, '0')}@private.test`,
        subject: fill(job.subject), text: fill(job.text), html: fill(job.html), attachments,
      });
    }
  }));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const used = process.cpuUsage(cpu);
  console.log(JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6 }));
}
transport.close();
