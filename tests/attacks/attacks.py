"""Forgeries of signed PDFs, each rebuilt from its public description and made by ourselves from a file that our own
engine sealed. Every function takes the sealed file and yields (name, bytes); none may ever verify as good.

Sources: Mladenov et al., "1 Trillion Dollar Refund" (CCS 2019: universal signature forgery, incremental saving, signature
wrapping); Mainka et al., "Shadow Attacks" (NDSS 2021: hide, replace, hide and replace); Rohlmann et al., "Breaking the
Specification: PDF Certification" (S&P 2021: evil annotation, sneaky signature); ISO 32000-1, 7.5 for the others.
"""
import re

from pdf_file import Pdf, stream, with_entry

OVERLAY = b"q 1 1 1 rg 60 400 480 300 re f 0 0 0 rg 80 500 200 20 re f Q"


def byte_range_of(pdf):
    return [int(n) for n in re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", pdf.body(pdf.signature)).groups()]


def annots_with(pdf, page, number):
    body = pdf.body(page)
    if b"/Annots" in body:
        return re.sub(rb"/Annots\s*\[", b"/Annots[%d 0 R " % number, body)
    return with_entry(body, b"/Annots[%d 0 R]" % number)


def appended(body, key, number):
    """A dictionary whose array `key` has one reference more at its end."""
    found = re.search(re.escape(key) + rb"\s*\[[^\]]*", body)
    if not found:
        return with_entry(body, key + b"[%d 0 R]" % number)
    return body[:found.end()] + b" %d 0 R" % number + body[found.end():]


def universal_forgery(pdf):
    """The signature dictionary loses what a viewer needs to check it."""
    body, number = pdf.body(pdf.signature), pdf.signature
    contents = re.search(rb"/Contents\s*<[0-9A-Fa-f]*>", body).group(0)
    byte_range = re.search(rb"/ByteRange\s*\[[^\]]*\]", body).group(0)
    changes = {
        "no byte range": body.replace(byte_range, b""),
        "null byte range": body.replace(byte_range, b"/ByteRange null"),
        "empty byte range": body.replace(byte_range, b"/ByteRange[]"),
        "negative byte range": body.replace(byte_range, b"/ByteRange[0 -1 10 20]"),
        "all of nothing": body.replace(byte_range, b"/ByteRange[0 0 0 0]"),
        "five numbers": body.replace(byte_range, byte_range[:-1] + b" 1]"),
        "no contents": body.replace(contents, b""),
        "null contents": body.replace(contents, b"/Contents null"),
        "empty contents": body.replace(contents, b"/Contents<>"),
        "zero contents": body.replace(contents, b"/Contents<00>"),
    }
    for name, changed in changes.items():
        yield "in an update: " + name, pdf.updated({number: changed})
    for name, (old, new) in {"blank byte range": (byte_range, b"/ByteRangE" + byte_range[10:]),
                             "blank contents": (b"/Contents<", b"/ContentS<")}.items():
        yield "in place: " + name, pdf.data.replace(old, new, 1)


def incremental_saving(pdf):
    page = pdf.pages[0]
    content = pdf.contents_of(page)[0]
    yield "page content replaced", pdf.updated({content: stream(OVERLAY)})
    yield "page content added", pdf.updated({pdf.size: stream(OVERLAY), page: appended(pdf.body(page), b"/Contents", pdf.size)})
    # Without a cross-reference or trailer of its own, as some viewers repaired it.
    yield "no cross-reference", pdf.data + b"\n%d 0 obj\n" % content + stream(OVERLAY) + b"\nendobj\n"
    yield "no trailer", pdf.data + b"\n%d 0 obj\n" % content + stream(OVERLAY) + b"\nendobj\nxref\n0 0\nstartxref\n%d\n%%%%EOF\n" % pdf.startxref
    yield "a copy of the signature in the update", pdf.updated({content: stream(OVERLAY), pdf.signature: pdf.body(pdf.signature)})
    yield "no previous section", pdf.updated({content: stream(OVERLAY)}, previous=False)
    yield "bytes behind the end", pdf.data + b"hidden"
    yield "a second end", pdf.data + b"\nstartxref\n%d\n%%%%EOF\n" % pdf.startxref
    yield "comment as update", pdf.updated({}, prefix=b"% " + stream(OVERLAY).replace(b"\n", b" ") + b"\n")
    yield "title changed", pdf.updated({pdf.find(rb"/Producer"): b"<</Title(Another)>>"})
    yield "metadata changed", pdf.updated({pdf.reference(pdf.root, b"/Metadata"): stream(b"<x/>", b"/Type/Metadata/Subtype/XML")})
    yield "catalogue opens a script", pdf.updated({pdf.root: with_entry(pdf.body(pdf.root), b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")})
    yield "file attached", pdf.updated({pdf.root: with_entry(pdf.body(pdf.root), b"/Names<</EmbeddedFiles<</Names[]>>>>")})


def signature_wrapping(pdf):
    """The byte range of the first part stays; the second part of the signed bytes moves behind injected ones."""
    start, before, after, length = byte_range_of(pdf)
    evil = b"%d 0 obj\n" % pdf.contents_of(pdf.pages[0])[0] + stream(OVERLAY) + b"\nendobj\n"
    head, hole, tail = pdf.data[:before], pdf.data[before:after], pdf.data[after:]
    old = b"/ByteRange[0 %010d %010d %010d]" % (before, after, length)
    old = re.search(rb"/ByteRange\s*\[[^\]]*\]", head).group(0)
    for name, filling in {"objects in the hole": evil, "spaces in the hole": b" " * 400}.items():
        moved = after + len(filling)
        new = b"/ByteRange[0 %d %d %d]" % (before, moved, length)
        yield name, head.replace(old, new.ljust(len(old))) + hole + filling + tail
    padded = hole[:-1] + b"00" * 64 + b">"
    yield "longer contents", head + padded + tail
    yield "data behind the signature", head + hole[:-9] + b"deadbeef>" + tail
    inside = hole[:-41] + b"20" * 20 + b">"
    yield "padding that is not zeros", head + inside + tail
    yield "contents as a literal string", head + b"(" + hole[1:-1][:len(hole) - 2] + b")" + tail
    yield "white space in the contents", head + hole[:200] + b"\n" + hole[201:] + tail
    # The whole original once more in front of a new document that points at its signature.
    yield "offsets shifted", b"%PDF-1.7\n" + pdf.data


def shadow_hide(pdf):
    """What lies over the content in the signed revision is taken away later, or the content is taken away."""
    page, tree = pdf.pages[0], pdf.reference(pdf.root, b"/Pages")
    contents = pdf.contents_of(page)
    yield "content emptied", pdf.updated({contents[-1]: stream(b"")})
    yield "content unlinked", pdf.updated({page: re.sub(rb"/Contents\s*(\[.*?\]|\d+\s+0\s+R)", b"/Contents %d 0 R" % contents[-1], pdf.body(page), flags=re.S)})
    yield "page freed", pdf.updated({tree: re.sub(rb"/Kids\s*\[\s*\d+\s+0\s+R", b"/Kids[", pdf.body(tree)).replace(b"/Count 2", b"/Count 1")})
    image = pdf.find(rb"/Subtype/Image")
    yield "picture replaced", pdf.updated({image: stream(b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")})
    yield "seal hidden by its field", pdf.updated({pdf.find(rb"/FT/Sig.*/V "): pdf.body(pdf.find(rb"/FT/Sig.*/V ")).replace(b"/F 132", b"/F 2")})


def shadow_replace(pdf):
    """Fonts and fields show something else after signing."""
    font = pdf.find(rb"/Type/Font/Subtype/Type0")
    to_unicode = pdf.reference(font, b"/ToUnicode")
    yield "font replaced", pdf.updated({font: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"})
    yield "what is copied replaced", pdf.updated({to_unicode: stream(b"")})
    field = pdf.waiting_field
    yield "default value of the field", pdf.updated({field: with_entry(pdf.body(field), b"/DV(x)")})
    appearance = pdf.reference(field, b"/N")
    yield "shared appearance replaced", pdf.updated({appearance: stream(OVERLAY, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]")})
    yield "field moved over the text", pdf.updated({field: re.sub(rb"/Rect\s*\[[^\]]*\]", b"/Rect[0 0 600 800]", pdf.body(field))})
    yield "field with an appearance and no signature", pdf.updated(
        {field: re.sub(rb"/AP<<.*?>>", b"/AP<</N %d 0 R>>" % pdf.size, pdf.body(field)),
         pdf.size: stream(OVERLAY, b"/Type/XObject/Subtype/Form/BBox[0 0 170 70]")})


def shadow_hide_and_replace(pdf):
    """The update brings no object: its table points to bytes that were signed but not in use."""
    content = pdf.contents_of(pdf.pages[0])[0]
    other = pdf.contents_of(pdf.pages[-1])[0]
    yield "entry points to another object", pdf.updated({}, offsets={content: pdf.entries[other]})
    yield "entry points into a stream", pdf.updated({}, offsets={content: pdf.entries[content] + 40})
    yield "entry points to the catalogue", pdf.updated({}, offsets={pdf.pages[0]: pdf.entries[pdf.root]})


def evil_annotation(pdf):
    page, number = pdf.pages[0], pdf.size
    form = stream(OVERLAY, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]")
    kinds = {
        "free text": b"/Subtype/FreeText/DA(/Helv 12 Tf)/Contents(Another amount)/AP<</N %d 0 R>>" % (number + 1),
        "stamp": b"/Subtype/Stamp/AP<</N %d 0 R>>" % (number + 1),
        "redaction": b"/Subtype/Redact/IC[1 1 1]/AP<</N %d 0 R>>" % (number + 1),
        "link": b"/Subtype/Link/A<</S/URI/URI(http://example.org/)>>",
        "hidden note": b"/Subtype/Text/F 2/Contents(x)",
        "text field": b"/Subtype/Widget/FT/Tx/T(x)/V(Another amount)/AP<</N %d 0 R>>" % (number + 1),
    }
    for name, kind in kinds.items():
        annotation = b"<</Type/Annot/Rect[60 400 540 700]/F 4" + kind + b">>"
        yield name, pdf.updated({number: annotation, number + 1: form, page: annots_with(pdf, page, number)})
    yield "permission claimed in the update", pdf.updated(
        {number: b"<</Type/Annot/Rect[60 400 540 700]/Subtype/FreeText/F 4>>", page: annots_with(pdf, page, number),
         pdf.signature: pdf.body(pdf.signature).replace(b"/P 2", b"/P 3")})


def sneaky_signature(pdf):
    """A new signature field on a certified file, whose picture covers the text."""
    page, number = pdf.pages[0], pdf.size
    form = re.search(rb"/AcroForm\s*(\d+)\s+0\s+R", pdf.body(pdf.root))
    holder = int(form.group(1)) if form else pdf.root
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(New)/Rect[60 400 540 700]/F 132/P %d 0 R/AP<</N %d 0 R>>/V %d 0 R>>"
    appearance = stream(OVERLAY, b"/Type/XObject/Subtype/Form/BBox[0 0 480 300]")
    signature = pdf.body(pdf.signature)
    for name, value in {"with a copy of the first signature": signature,
                        "with an empty signature": b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>>",
                        "with a false time-stamp": b"<</Type/DocTimeStamp/SubFilter/ETSI.RFC3161/ByteRange[0 1 2 3]/Contents<00>>>"}.items():
        yield name, pdf.updated({number: field % (page, number + 1, number + 2), number + 1: appearance, number + 2: value,
                                 holder: appended(pdf.body(holder), b"/Fields", number), page: annots_with(pdf, page, number)})
    waiting = pdf.waiting_field
    yield "the waiting field takes the first signature", pdf.updated({waiting: with_entry(pdf.body(waiting), b"/V %d 0 R" % pdf.signature)})
    yield "the waiting field takes a copy", pdf.updated({waiting: with_entry(pdf.body(waiting), b"/V %d 0 R" % number), number: signature})
    yield "the waiting field takes an empty one", pdf.updated(
        {waiting: with_entry(pdf.body(waiting), b"/V %d 0 R" % number),
         number: b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>>"})
    yield "an empty field", pdf.updated({number: (field % (page, number + 1, number + 2)).replace(b"/V %d 0 R" % (number + 2), b""), number + 1: appearance,
                                         holder: appended(pdf.body(holder), b"/Fields", number), page: annots_with(pdf, page, number)})


def ambiguity(pdf):
    """Two readers understand the same bytes differently."""
    page, root = pdf.pages[0], pdf.root
    content = pdf.contents_of(page)[0]
    number = pdf.size
    yield "key twice in the catalogue", pdf.updated({root: with_entry(pdf.body(root), b"/Pages %d 0 R" % pdf.reference(root, b"/Pages"))})
    yield "key twice, escaped", pdf.updated({root: with_entry(pdf.body(root), b"/P#61ges %d 0 R" % pdf.reference(root, b"/Pages"))})
    yield "contents twice in the page", pdf.updated({page: with_entry(pdf.body(page), b"/Contents %d 0 R" % number), number: stream(OVERLAY)})
    signature = pdf.body(pdf.signature)
    yield "second contents in the signature", pdf.data.replace(b"/SubFilter/ETSI.CAdES.detached/M", b"/Contents<30>/SubFilter/ETSI.CAdES.detached/M", 1)
    yield "second contents in an update", pdf.updated({pdf.signature: with_entry(signature, b"/Contents<30>")})
    yield "object twice in an update", pdf.updated({number: stream(b""), content: stream(OVERLAY)}, prefix=b"%d 0 obj\n" % content + pdf.body(content) + b"\nendobj\n")
    yield "object without an entry", pdf.updated({}, prefix=b"%d 0 obj\n" % content + stream(OVERLAY) + b"\nendobj\n")
    yield "length too short", pdf.updated({content: b"<</Length 2>>\nstream\n" + OVERLAY + b"\nendstream"})
    yield "object stream with a page content", pdf.updated(
        {number: stream(b"%d 0 <</a 1>>" % content, b"/Type/ObjStm/N 1/First %d" % len(b"%d 0 " % content)), content: stream(OVERLAY)})
    yield "content that calls itself a container", pdf.updated({content: stream(OVERLAY, b"/Type/ObjStm/N 0/First 0")})
    yield "content that calls itself a cross-reference", pdf.updated({content: stream(OVERLAY, b"/Type/XRef/W[1 1 1]/Size 1")})
    yield "other root in the trailer", pdf.updated({number: pdf.body(root)}).replace(b"/Root %d 0 R/Info" % root, b"/Root %d 0 R/Info" % number)
    yield "encryption added", pdf.updated({}, trailer_extra=b"/Encrypt<</Filter/Standard/V 1/R 2/O()/U()/P 0>>")


def structure(pdf):
    page, tree, number = pdf.pages[0], pdf.reference(pdf.root, b"/Pages"), pdf.size
    body = pdf.body(tree)
    count = len(pdf.pages)
    yield "page added", pdf.updated({number: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<<>>>>" % tree,
                                     tree: appended(body, b"/Kids", number).replace(b"/Count %d" % count, b"/Count %d" % (count + 1))})
    yield "page inserted in front", pdf.updated({number: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<<>>>>" % tree,
                                                 tree: re.sub(rb"/Kids\s*\[", b"/Kids[%d 0 R " % number, body)})
    if count > 1:
        swapped = re.sub(rb"/Kids\s*\[(.*?)\]", lambda m: b"/Kids[" + b" ".join(b"%d 0 R" % n for n in reversed(pdf.pages)) + b"]", body, flags=re.S)
        yield "pages exchanged", pdf.updated({tree: swapped})
    yield "page turned", pdf.updated({page: with_entry(pdf.body(page), b"/Rotate 180")})
    yield "page cut", pdf.updated({page: with_entry(pdf.body(page), b"/CropBox[0 0 10 10]")})
    yield "permissions removed", pdf.updated({pdf.root: re.sub(rb"/Perms\s*(<<.*?>>|\d+ 0 R)", b"", pdf.body(pdf.root), flags=re.S)})
    yield "layers added", pdf.updated({pdf.root: with_entry(pdf.body(pdf.root), b"/OCProperties<</OCGs[]/D<<>>>>")})
    yield "signature removed from its field", pdf.updated({pdf.find(rb"/FT/Sig.*/V "): re.sub(rb"/V \d+ 0 R", b"", pdf.body(pdf.find(rb"/FT/Sig.*/V ")))})
    yield "form removed", pdf.updated({pdf.root: re.sub(rb"/AcroForm\s*(\d+ 0 R|<<.*?>>)", b"", pdf.body(pdf.root), flags=re.S)})
    yield "security store points at the page", pdf.updated(
        {pdf.root: with_entry(pdf.body(pdf.root), b"/DSS<</Certs[%d 0 R]>>" % pdf.contents_of(page)[0]), pdf.contents_of(page)[0]: stream(OVERLAY)})


def security_store(pdf):
    """The first update calls something of the document a security store; the second changes what hangs on it."""
    def named(store, then):
        first = Pdf(pdf.updated({pdf.root: with_entry(pdf.body(pdf.root), b"/DSS " + store)}))
        return first.updated(then)

    font = pdf.find(rb"/Type/Font/Subtype/Type0")
    descendant = int(re.search(rb"/DescendantFonts\s*\[\s*(\d+)", pdf.body(font)).group(1))
    descriptor = pdf.reference(descendant, b"/FontDescriptor")
    page = pdf.pages[0]
    yield "a font as store", named(b"%d 0 R" % descendant, {descriptor: pdf.body(descriptor).replace(b"/Ascent ", b"/Ascent 1")})
    yield "a page as store", named(b"%d 0 R" % page, {pdf.contents_of(page)[0]: stream(OVERLAY)})
    yield "a font as validation data of a signature", named(b"<</VRI %d 0 R>>" % descendant, {descriptor: b"<<>>"})
    yield "a page as list of certificates", named(b"<</Certs %d 0 R>>" % page, {page: with_entry(pdf.body(page), b"/Rotate 90")})
    yield "the form as entry", named(b"<</VRI<</X<</Cert %d 0 R>>>>>>" % pdf.pages[-1], {pdf.pages[-1]: with_entry(pdf.body(pdf.pages[-1]), b"/Rotate 90")})
    yield "a store with strangers", pdf.updated({pdf.root: with_entry(pdf.body(pdf.root), b"/DSS<</Certs[]/Names<<>>>>")})
    yield "extensions that lead elsewhere", pdf.updated({pdf.root: re.sub(rb"/Extensions\s*<<.*?>>\s*>>", b"", pdf.body(pdf.root), flags=re.S)[:-2] + b"/Extensions %d 0 R>>" % page})


def two_tables(pdf):
    """A hybrid update: in the table the page's content is free, in the stream beside it it is in use."""
    content, number = pdf.contents_of(pdf.pages[0])[0], pdf.size
    out = bytearray(pdf.data)
    hiding = len(out)
    out += b"%d 0 obj\n" % number + stream(b"\n%d 0 obj\n" % content + stream(OVERLAY) + b"\nendobj\n") + b"\nendobj\n"
    row = b"\1" + pdf.entries[content].to_bytes(4, "big") + b"\0\0"
    table = len(out)
    out += b"%d 0 obj\n" % (number + 1) + stream(row, b"/Type/XRef/W[1 4 2]/Index[%d 1]/Size %d/Root %d 0 R" % (content, number + 2, pdf.root)) + b"\nendobj\n"
    xref = len(out)
    out += b"xref\n%d 1\n0000000000 00001 f \n%d 2\n%010d 00000 n \n%010d 00000 n \n" % (content, number, hiding, table)
    trailer = re.sub(rb"/Size\s+\d+", b"/Size %d" % (number + 2), pdf.trailer)
    yield "free in one table", bytes(out) + b"trailer\n" + trailer[:-2] + b"/Prev %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (pdf.startxref, table, xref)


def time_stamps(pdf, stamp):
    """Anybody can have a real time-stamp made; its field must not draw. `stamp(pdf, objects, number)` is an update whose
    object `number` is a time-stamp over the whole."""
    page, number = pdf.pages[-1], pdf.size
    form = re.search(rb"/AcroForm\s*(\d+)\s+0\s+R", pdf.body(pdf.root))
    holder = int(form.group(1)) if form else pdf.root
    appearance = stream(OVERLAY, b"/Type/XObject/Subtype/Form/BBox[0 0 480 300]")
    big = b"/Rect[60 400 540 700]/AP<</N %d 0 R>>" % (number + 2)
    kinds = {
        "visible": b"/Subtype/Widget/F 132" + big,
        "only on paper": b"/Subtype/Widget/F 164" + big,
        "hidden with a script": b"/Subtype/Widget/F 2/AA<</PV<</S/JavaScript/JS(1)>>>>" + big,
        "a polygon": b"/Subtype/Polygon/F 132/Rect[0 0 0 0]/Vertices[60 400 540 400 540 700]/IC[1 0 0]",
        "an area of nothing with a picture": b"/Subtype/Widget/F 132/Rect[0 0 0 0]/AP<</N %d 0 R>>" % (number + 2),
        "area by reference": b"/Subtype/Widget/F 132/Rect %d 0 R" % (number + 2),
    }
    for name, kind in kinds.items():
        field = b"<</Type/Annot/FT/Sig/T(Stamp)/P %d 0 R/V %d 0 R" % (page, number + 1) + kind + b">>"
        other = b"[0 0 0 0]" if name == "area by reference" else appearance
        yield name, stamp(pdf, {number: field, number + 2: other, holder: appended(pdf.body(holder), b"/Fields", number),
                                page: appended(pdf.body(page), b"/Annots", number)}, number + 1)
    waiting = pdf.waiting_field
    drawn = re.sub(rb"/AP<<.*?>>", b"/AP<</N %d 0 R>>" % (number + 2), pdf.body(waiting))
    yield "in the field that waits for a signature", stamp(pdf, {waiting: with_entry(drawn, b"/V %d 0 R" % (number + 1)), number + 2: appearance}, number + 1)
    yield "in the waiting field, nothing drawn", stamp(pdf, {waiting: with_entry(pdf.body(waiting), b"/V %d 0 R" % (number + 1))}, number + 1)


def damage(pdf):
    start, before, after, length = byte_range_of(pdf)
    for at in (20, before // 2, before - 40, after + 40, len(pdf.data) - 60):
        changed = bytearray(pdf.data)
        changed[at] ^= 1
        yield f"one bit at {at * 100 // len(pdf.data)} per cent", bytes(changed)
    yield "cut in the middle", pdf.data[:len(pdf.data) // 2]
    yield "signature of zeros", pdf.data[:before + 1] + b"0" * (after - before - 2) + pdf.data[after - 1:]


FAMILIES = [universal_forgery, incremental_saving, signature_wrapping, shadow_hide, shadow_replace, shadow_hide_and_replace,
            evil_annotation, sneaky_signature, ambiguity, structure, security_store, two_tables, damage]


def all_attacks(data):
    """(family, name, bytes); a variant that could not change anything would prove nothing, so it is an error."""
    for family in FAMILIES:
        for name, forged in family(Pdf(data)):
            assert forged != data, (family.__name__, name)
            yield family.__name__, name, forged
