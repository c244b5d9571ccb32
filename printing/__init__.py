"""What is printed for the fair, as PDF: stand signs, QR labels, the booklet, certificates.

It is given what to print and gives back the file; it knows no database and no screen.
"""

from printing.booklet import Booklet, Entry, booklet, days_of, entries_of
from printing.certificates import Certificate, certificates, certificates_from
from printing.paper import PaperSize, Progress
from printing.signs import Sign, labels, sign_of, signs

__all__ = [
    "Booklet",
    "Certificate",
    "Entry",
    "PaperSize",
    "Progress",
    "Sign",
    "booklet",
    "certificates",
    "certificates_from",
    "days_of",
    "entries_of",
    "labels",
    "sign_of",
    "signs",
]
