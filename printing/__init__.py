"""What is printed for the fair, as PDF: stand signs, QR labels, the booklet, certificates.

It is given what to print and gives back the file; it knows no database and no screen.
"""

from printing.booklet import Booklet, Entry, booklet
from printing.certificates import Certificate, certificates
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
    "labels",
    "sign_of",
    "signs",
]
