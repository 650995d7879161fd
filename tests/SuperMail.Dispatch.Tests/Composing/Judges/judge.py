"""Reads messages with Python's own e-mail parser: one base64 line in, one JSON line out, after the word "ready"."""
import base64
import email
import email.header
import email.policy
import email.utils
import html.parser
import json
import sys


class Markup(html.parser.HTMLParser):
    """What a reader of HTML finds: tags with their attributes, and text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append([tag] + [text for attribute in attrs for text in attribute])

    def handle_data(self, data):
        self.text += data

    @staticmethod
    def read(text):
        reader = Markup()
        reader.feed(text)
        reader.close()
        return {"tags": reader.tags, "text": reader.text}


def part(message):
    found = {
        "type": message.get_content_type(),
        "charset": message.get_content_charset(),
        "disposition": message.get_content_disposition(),
        "filename": message.get_filename(),
        "cid": message["Content-ID"] and str(message["Content-ID"]),
        "parts": [],
        "bytes": None,
        "markup": None,
    }
    if message.is_multipart():
        found["parts"] = [part(child) for child in message.iter_parts()]
    else:
        if message.get_content_type() == "text/html":
            found["markup"] = Markup.read(message.get_payload(decode=True).decode("utf-8"))
        found["bytes"] = base64.b64encode(message.get_payload(decode=True)).decode()
    return found


def defects(message, fields):
    found = [repr(defect) for defect in message.defects]
    for _, value in fields:
        found += [repr(defect) for defect in getattr(value, "defects", [])]
    if message.is_multipart():
        for child in message.iter_parts():
            found += defects(child, child.items())
    return found


def mailboxes(message, fields, name):
    field = next((value for field, value in fields if field == name), None)
    if field is None:
        return []
    # Addresses as the new parser reads them; names as the old one does, because the new one (3.11) puts a blank
    # between adjacent encoded-words of a phrase, against RFC 2047 section 6.2.
    raw = dict(message.raw_items())[name].replace("\r\n", "").replace("\n", "")
    shown = email.utils.parseaddr(raw)[0]
    shown = str(email.header.make_header(email.header.decode_header(shown)))
    return [[shown, mailbox.addr_spec] for mailbox in field.addresses]


print("ready", flush=True)
for line in sys.stdin:
    raw = base64.b64decode(line)
    message = email.message_from_string(raw.decode("utf-8"), policy=email.policy.default)
    fields = message.items()  # once: each look at a field parses it anew
    answer = {
        "headers": [[name, str(value)] for name, value in fields],
        "defects": defects(message, fields),
        "to": mailboxes(message, fields, "To"),
        "from": mailboxes(message, fields, "From"),
        "root": part(message),
    }
    print(json.dumps(answer), flush=True)
