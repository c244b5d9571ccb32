"""What is printed for the fair, as PDF: stand signs, QR labels.

It is given what to print and gives back the file; it knows no database and no screen.
"""

from printing.paper import PaperSize, Progress
from printing.signs import Sign, labels, sign_of, signs

__all__ = ["PaperSize", "Progress", "Sign", "labels", "sign_of", "signs"]
