"""A real mail server on 127.0.0.1: prints its port, then each message it took as a line of JSON."""

import argparse
import asyncio
import json
import ssl
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

warnings.filterwarnings("ignore")
wish = argparse.ArgumentParser()
wish.add_argument("--port", type=int, default=0)
wish.add_argument("--cert")
wish.add_argument("--key")
wish.add_argument("--tls", choices=["starttls", "tls", "none"], default="none")
wish.add_argument("--user")
wish.add_argument("--password")
wish.add_argument("--answer-rcpt")
wish.add_argument("--answer-data")
wish = wish.parse_args()


class Takes:
    """Takes everything, or answers as told."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if wish.answer_rcpt:
            return wish.answer_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if wish.answer_data:
            return wish.answer_data
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or wish.tls == "tls",
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "bytes": envelope.original_content.decode(),
        }
        print(json.dumps(taken), flush=True)
        return "250 OK"


def knows(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (wish.user, wish.password)
    return AuthResult(success=right, handled=False, auth_data=data)


async def main():
    context = None
    if wish.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(wish.cert, wish.key)

    def one():
        signs_in = wish.user is not None
        return SMTP(
            Takes(),
            hostname="localhost",
            tls_context=context if wish.tls == "starttls" else None,
            require_starttls=wish.tls == "starttls",
            auth_required=signs_in,
            auth_require_tls=False,
            authenticator=knows if signs_in else None,
        )

    loop = asyncio.get_running_loop()
    outer = context if wish.tls == "tls" else None
    server = await loop.create_server(one, "127.0.0.1", wish.port, ssl=outer)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
