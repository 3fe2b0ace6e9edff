"""CA.pem FILES...: validates each file's signatures in one process and prints documents a second."""
import sys
import time

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

ca, *files = sys.argv[1:]
root = load_cert_from_pemder(ca)
start = time.monotonic()
for file in files:
    with open(file, "rb") as stream:
        for signature in PdfFileReader(stream).embedded_signatures:
            status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
            if not status.bottom_line:
                sys.exit(f"{file}: {status.summary()}")
print(len(files) / (time.monotonic() - start))
