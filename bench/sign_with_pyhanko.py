"""KEY.p12 PASSWORD-FILE OUT FILES...: signs each file as PAdES B-B, certifying with DocMDP level 2, in one process."""
import sys
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

key, password_file, out, *files = sys.argv[1:]
signer = signers.SimpleSigner.load_pkcs12(key, passphrase=Path(password_file).read_text().strip().encode())
metadata = signers.PdfSignatureMetadata(field_name="甲方", subfilter=fields.SigSeedSubFilter.PADES, certify=True,
                                        docmdp_permissions=fields.MDPPerm.FILL_FORMS, md_algorithm="sha256")
for file in files:
    with open(file, "rb") as source, open(Path(out) / Path(file).name, "wb") as target:
        signers.sign_pdf(IncrementalPdfFileWriter(source), metadata, signer=signer, output=target)
