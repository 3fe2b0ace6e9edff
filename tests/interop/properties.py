"""properties.py --trust CA --register JSONL FILE OTHER: what a sealed file must have besides being valid, as other
people's readers see it (pyHanko, asn1crypto, qpdf, poppler). OTHER is another document of the same batch. One line a
property; exit status 1 when one is missing."""
import argparse
import hashlib
import json
import re
import subprocess
import sys

from asn1crypto import cms, pem, tsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

FORBIDDEN_ATTRIBUTES = {"signing_time"}  # EN 319 142-1, 6.3: the time is in /M
EMPTY_FIELDS = {"agreement": ["乙方"], "materials": ["收件人"]}  # of the sample templates


def output_of(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout


def signature_properties(reader, trust):
    """ISO 32000-1, 12.8; RFC 5652; RFC 5035; RFC 5754; RFC 8933."""
    root = reader.root
    certified = root["/Perms"]["/DocMDP"]
    reference = certified["/Reference"][0]
    parameters = reference["/TransformParams"]
    yield "DocMDP level 2", reference["/TransformMethod"] == "/DocMDP" and parameters["/P"] == 2
    yield "ETSI.CAdES.detached", certified["/SubFilter"] == "/ETSI.CAdES.detached" and "/Cert" not in certified
    [embedded] = reader.embedded_signatures
    padded = embedded.pkcs7_content
    content = cms.ContentInfo.load(padded)  # lenient about the zeros behind it
    der = content.dump(force=True)
    yield "DER, then zeros only", padded.startswith(der) and not padded[len(der):].strip(b"\0")
    yield "no room wasted", len(padded) - len(der) <= 8
    signed = content["content"]
    [signer] = signed["signer_infos"]
    attributes = {attribute["type"].native: attribute for attribute in signer["signed_attrs"]}
    yield "no signingTime", not FORBIDDEN_ATTRIBUTES & set(attributes)
    encoded = [attribute.dump() for attribute in signer["signed_attrs"]]
    yield "attributes in DER order", encoded == sorted(encoded) and len(attributes) == len(encoded)
    yield "no unsigned attributes", len(signer["unsigned_attrs"]) == 0
    certificates = [choice.chosen for choice in signed["certificates"]]
    own = certificates[0]
    [reference_v2] = attributes["signing_certificate_v2"]["values"]
    identifier = tsp.SigningCertificateV2.load(reference_v2.dump())["certs"][0]
    serial = identifier["issuer_serial"]
    yield "signing-certificate-v2", identifier["cert_hash"].native == hashlib.sha256(own.dump()).digest()
    yield "its issuerSerial", serial["serial_number"].native == own.serial_number and serial["issuer"][0].chosen == own.issuer
    yield "signer is that certificate", signer["sid"].chosen["serial_number"].native == own.serial_number
    with open(trust, "rb") as file:
        root_certificate = x509.Certificate.load(pem.unarmor(file.read())[2])
    yield "chain without the root", own.issuer == root_certificate.subject and root_certificate not in certificates
    digests = [signer["digest_algorithm"], *signed["digest_algorithms"]]
    yield "SHA-256 without parameters", all(a["algorithm"].native == "sha256" and a.dump()[-2:] != b"\x05\x00" for a in digests)
    algorithm = signer["signature_algorithm"]
    kind = algorithm.signature_algo
    rsa_null = algorithm.dump().endswith(b"\x05\x00")
    yield "parameters of " + kind, rsa_null == kind.startswith("rsa")
    yield "version 1 of both", signed["version"].native == "v1" and signer["version"].native == "v1"
    yield "covers the whole file", embedded.evaluate_signature_coverage().name == "ENTIRE_FILE"


def document_properties(reader, file, line):
    root, information = reader.root, reader.trailer["/Info"]
    yield "/Lang", root["/Lang"] == "zh-CN"
    xmp = root["/Metadata"].data.decode("utf-8")
    yield "PDF/A-2u", "<pdfaid:part>2<" in xmp and "<pdfaid:conformance>U<" in xmp
    yield "number in XMP", f"<shanqi:number>{line['number']}<" in xmp
    yield "recipient in XMP", line["recipient"] in xmp
    yield "title, author, dates", line["number"] in information["/Title"] and information["/Author"] == "某某公益服务中心" and (
        "/CreationDate" in information and "/ModDate" in information)
    yield "试用 in the properties", "试用" in information["/Keywords"] and "试用" in xmp
    token = re.search(r"https://example\.org/v/([\w-]+)<", xmp)
    yield "token of 128 bits", token and len(token[1]) == 22 and line["number"] not in token[0]
    yield "its hash in the register", token and hashlib.sha256(token[1].encode()).hexdigest() == line["token"]
    with open(file, "rb") as stream:
        yield "SHA-256 in the register", hashlib.sha256(stream.read()).hexdigest() == line["sha256"]


def field_properties(reader, template):
    names = {name: value for name, value, _ in enumerate_sig_fields(reader)}
    empty = [name for name, value in names.items() if value is None]
    yield "the seal's field is signed", names.get("印章") is not None
    yield "empty signature fields", empty == EMPTY_FIELDS.get(template, [])


def object_properties(file):
    objects = json.loads(output_of("qpdf", "--json=2", "--json-key=qpdf", file))["qpdf"][1].values()
    dictionaries = [o["value"] if "value" in o else o["stream"]["dict"] for o in objects]
    fonts = [d for d in dictionaries if isinstance(d, dict) and d.get("/Type") == "/Font" and d.get("/Subtype") == "/Type0"]
    yield "ToUnicode of every font", fonts and all("/ToUnicode" in font for font in fonts)
    yield "no scripts or files", not any(
        key in d for d in dictionaries if isinstance(d, dict) for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/Launch", "/OpenAction"))


def all_bytes(file):
    """Every stream uncompressed: glyphs, texts and metadata."""
    return output_of("qpdf", "--qdf", "--object-streams=disable", "--no-warn", file, "-")


def characters_mapped(file):
    """The characters to which any font of the file maps a glyph."""
    found = set()
    for code in re.findall(rb"<[0-9A-Fa-f]{4}>\s*<([0-9A-Fa-f]{4,8})>", all_bytes(file)):
        found.update(bytes.fromhex(code.decode()).decode("utf-16-be", "replace"))
    return found


def separation(file, other, line, other_line):
    """The other recipient's characters are not in this file, neither as text nor as glyphs."""
    own, others = (set(output_of("pdftotext", path, "-").decode()) - set(" \n\f") for path in (file, other))
    mapped = characters_mapped(file)
    yield "a Unicode value for every character", own and own <= mapped
    yield "none of the other's glyphs", others - own and not (others - own) & mapped
    content = all_bytes(file)
    names = [other_line["recipient"], other_line["number"]]
    yield "none of the other's names", not any(
        form in content for name in names for form in (name.encode(), name.encode("utf-16-be"), name.encode("utf-16-be").hex().upper().encode()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trust", required=True)
    parser.add_argument("--register", required=True)
    parser.add_argument("file")
    parser.add_argument("other")
    arguments = parser.parse_args()
    with open(arguments.register, encoding="utf-8") as register:
        lines = {line["file"].rpartition("/")[2]: line for line in map(json.loads, register)}
    name, other_name = (path.rpartition("/")[2] for path in (arguments.file, arguments.other))
    failures = 0
    with open(arguments.file, "rb") as stream:
        reader = PdfFileReader(stream)
        for properties in (signature_properties(reader, arguments.trust),
                           document_properties(reader, arguments.file, lines[name]),
                           field_properties(reader, name.partition("-")[0]),
                           object_properties(arguments.file),
                           separation(arguments.file, arguments.other, lines[name], lines[other_name])):
            for what, holds in properties:
                failures += not holds
                if not holds:
                    print(f"FAIL  {what}  {name}")
    print(f"{'FAIL' if failures else 'ok  '}  properties {name}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
