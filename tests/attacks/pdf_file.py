"""A small reader and writer for the PDF files that our own engine makes (classic cross-reference tables), so that the
attacks can change them byte by byte. It is no PDF library: it knows what it needs."""
import re


class Pdf:
    def __init__(self, data):
        self.data = data
        self.entries = {}  # number: offset
        trailers, at = [], self.startxref
        while at is not None:
            trailer = self._section(at)
            trailers.append(trailer)
            previous = re.search(rb"/Prev\s+(\d+)", trailer)
            at = int(previous.group(1)) if previous else None
        self.trailer = trailers[0]
        self.size = int(re.search(rb"/Size\s+(\d+)", self.trailer).group(1))
        self.root = int(re.search(rb"/Root\s+(\d+)", self.trailer).group(1))

    @property
    def startxref(self):
        return int(re.findall(rb"startxref\s+(\d+)", self.data)[-1])

    def _section(self, at):
        lines = self.data[at:].split(b"trailer", 1)
        fields = lines[0].split()[1:]  # without "xref"
        while fields:
            first, count, fields = int(fields[0]), int(fields[1]), fields[2:]
            for i in range(count):
                offset, _, kind = fields[3 * i:3 * i + 3]
                if kind == b"n":
                    self.entries.setdefault(first + i, int(offset))
            fields = fields[3 * count:]
        return lines[1].split(b"startxref", 1)[0].strip()

    def body(self, number):
        """What stands between "obj" and "endobj"."""
        start = self.data.index(b"obj", self.entries[number]) + 3
        return self.data[start:self.data.index(b"endobj", start)].strip()

    def find(self, pattern):
        """The number of the first object whose body matches."""
        return next(number for number in sorted(self.entries) if re.search(pattern, self.body(number), re.S))

    def reference(self, number, key):
        return int(re.search(re.escape(key) + rb"\s+(\d+)\s+0\s+R", self.body(number)).group(1))

    @property
    def pages(self):
        tree = self.body(self.reference(self.root, b"/Pages"))
        return [int(n) for n in re.findall(rb"(\d+)\s+0\s+R", re.search(rb"/Kids\s*\[(.*?)\]", tree, re.S).group(1))]

    def contents_of(self, page):
        return [int(n) for n in re.findall(rb"(\d+)\s+0\s+R", re.search(rb"/Contents\s*(\[.*?\]|\d+\s+0\s+R)", self.body(page), re.S).group(1))]

    @property
    def signature(self):
        return self.find(rb"/SubFilter\s*/ETSI.CAdES.detached")

    @property
    def waiting_field(self):
        """The field of the countersigner: a signature field without a value."""
        return next(n for n in sorted(self.entries) if b"/FT/Sig" in self.body(n) and b"/V " not in self.body(n))

    def updated(self, objects, *, prefix=b"", trailer_extra=b"", remove_from_trailer=(), previous=True, offsets=None, size=None):
        """The file with an incremental update behind it. `objects`: {number: body}; `offsets`: entries that point elsewhere."""
        out = bytearray(self.data)
        if not out.endswith(b"\n"):
            out += b"\n"
        out += prefix
        places = dict(offsets or {})
        for number, body in objects.items():
            places[number] = len(out)
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        xref = len(out)
        out += b"xref\n"
        for number in sorted(places):
            out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
        trailer = re.sub(rb"/Size\s+\d+", b"/Size %d" % (size or max([self.size, *[n + 1 for n in places]])), self.trailer)
        trailer = re.sub(rb"/Prev\s+\d+", b"", trailer)
        for key in remove_from_trailer:
            trailer = re.sub(re.escape(key) + rb"\s*(\d+\s+0\s+R|\[.*?\])", b"", trailer)
        extra = (b"/Prev %d" % self.startxref if previous else b"") + trailer_extra
        out += b"trailer\n" + trailer[:-2] + extra + b">>\nstartxref\n%d\n%%%%EOF\n" % xref
        return bytes(out)


def stream(content, entries=b""):
    return b"<<" + entries + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def with_entry(body, entry):
    """A dictionary with one entry more at its end."""
    return body[:body.rindex(b">>")] + entry + b">>"
