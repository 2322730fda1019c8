"""Leads from any HTML form or any server's webhook: `POST /f/<write key>`, `POST /identify`.

`bodies` reads what a form or a program sends, `fields` tells which field is whose e-mail
address in whatever language, `reading` makes a lead of it, `answering` words what the sender
is told. docs/howto/forms.md describes both addresses.
"""

from headwater.capture.protocols.leads.protocol import FORMS, IDENTIFY

__all__ = ["FORMS", "IDENTIFY"]
