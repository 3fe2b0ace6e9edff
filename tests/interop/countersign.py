"""countersign.py IN FIELD KEY CERTIFICATE OUT [CA]: fills an empty signature field with pyHanko, then validates all."""
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

source, field, key, certificate, out, *ca = sys.argv[1:]
signer = signers.SimpleSigner.load(key, certificate)
metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
with open(source, "rb") as file, open(out, "wb") as signed:
    # An empty picture: pyHanko's own has a font that is not embedded, which PDF/A does not allow.
    empty = StaticStampStyle(border_width=0, background=RawContent(b"", box=BoxConstraints(10, 10)))
    signers.PdfSigner(metadata, signer, stamp_style=empty).sign_pdf(IncrementalPdfFileWriter(file), output=signed)

roots = [load_cert_from_pemder(name) for name in [certificate, *ca]]
with open(out, "rb") as file:
    signatures = PdfFileReader(file).embedded_signatures
    ok = len(signatures) == 2
    for signature in signatures:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
        level = status.modification_level or ModificationLevel.NONE
        allowed = level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
        sound = status.intact and status.valid and allowed and status.docmdp_ok and (status.trusted or not ca)
        ok = ok and sound
        print(f"{'ok  ' if sound else 'FAIL'}  signature {signature.field_name}: {status.summary()} {level.name}")
sys.exit(0 if ok else 1)
