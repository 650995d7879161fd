// Reads messages with npm's mailparser: one base64 line in, one JSON line out, after the word "ready".
'use strict';

const readline = require('readline');
const { MailParser } = require('mailparser');

// Only the reading is judged, not what mailparser makes of it for a screen.
const options = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true, keepCidLinks: true };

function read(message) {
  return new Promise((resolve, reject) => {
    const parser = new MailParser(options);
    const files = [];
    parser.on('error', reject);
    parser.on('data', (data) => {
      if (data.type !== 'attachment') {
        return;
      }

      const chunks = [];
      data.content.on('data', (chunk) => chunks.push(chunk));
      data.content.on('end', () => {
        files.push({ disposition: data.contentDisposition, filename: data.filename ?? null, cid: data.contentId ?? null, bytes: Buffer.concat(chunks) });
        data.release();
      });
    });
    parser.on('end', () => resolve({ parser, files }));
    parser.end(message);
  });
}

function part(node, files) {
  const type = node.contentType || 'text/plain';
  if (node.children.length > 0 || type.startsWith('multipart/')) {
    return { type, parts: node.children.map((child) => part(child, files)) };
  }

  // Files come in the order of the tree.
  const file = node.isAttachment ? files.shift() : null;
  const bytes = file ? file.bytes : Buffer.from(node.textContent ?? '');
  return {
    type,
    charset: (node.charset || '').toLowerCase() || null,
    disposition: file ? file.disposition : null,
    filename: file ? file.filename : null,
    cid: file ? file.cid : null,
    parts: [],
    bytes: bytes.toString('base64'),
  };
}

function header({ line }, libmime) {
  const text = line.toString('binary').replace(/\r?\n(?=[ \t])/g, '');
  const colon = text.indexOf(':');
  return [text.slice(0, colon), libmime.decodeWords(text.slice(colon + 1).trim())];
}

const mailboxes = (field) => (field ? field.value.map((mailbox) => [mailbox.name, mailbox.address]) : []);

async function main() {
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { parser, files } = await read(Buffer.from(line, 'base64'));
    console.log(JSON.stringify({
      headers: parser.headerLines.map((field) => header(field, parser.libmime)),
      defects: [],
      to: mailboxes(parser.headers.get('to')),
      from: mailboxes(parser.headers.get('from')),
      root: part(parser.tree, files),
    }));
  }
}

main();
