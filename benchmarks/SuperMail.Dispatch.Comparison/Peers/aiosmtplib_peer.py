"""Sends a job (JSON on standard input) through aiosmtplib; prints a line of JSON for each mailing."""
import asyncio
import json
import sys
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import aiosmtplib

job = json.load(sys.stdin)


def compose(i):
    def fill(text):
        return text.replace("{{Name}}", f"Reader {i:07}").replace("{{Number}}", f"{i:08}")

    message = EmailMessage()
    message["From"] = "News <news@sender.test>"
    message["To"] = f"reader{i:07}@private.test"
    message["Subject"] = fill(job["subject"])
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="sender.test")
    message.set_content(fill(job["text"]))
    if job["html"]:
        message.add_alternative(fill(job["html"]), subtype="html")
    return message


async def connection(numbers):
    """Takes numbers until there are none, a connection for so many each."""
    i = next(numbers, None)
    while i is not None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=job["port"], use_tls=False, start_tls=False)
        await client.connect()
        for _ in range(job["perConnection"]):
            await client.send_message(compose(i))
            i = next(numbers, None)
            if i is None:
                break
        await client.quit()


async def main():
    for _ in range(job["mailings"]):
        cpu, start = time.process_time(), time.perf_counter()
        numbers = iter(range(job["messages"]))
        await asyncio.gather(*(connection(numbers) for _ in range(job["connections"])))
        print(json.dumps({"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}), flush=True)


asyncio.run(main())
