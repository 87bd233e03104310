"""make_wheel.py FOLDER VERSION PLATFORM OUT: a wheel (PEP 427) around the packaged program; prints its path."""

import base64
import hashlib
import os
import sys
import zipfile

folder, version, platform, out = sys.argv[1:]
tag = f"py3-none-{platform}"
info = f"perforin-{version}.dist-info"
here = os.path.dirname(os.path.abspath(__file__))
metadata = f"""Metadata-Version: 2.1
Name: perforin
Version: {version}
Summary: Simulator of how the immune system and immunotherapies act on cancer. Not medical advice.
License: Apache-2.0
Requires-Python: >=3.9
"""
wheel = f"Wheel-Version: 1.0\nGenerator: make_wheel.py\nRoot-Is-Purelib: false\nTag: {tag}\n"
path = os.path.join(out, f"perforin-{version}-{tag}.whl")
record = []


def add(archive, name, data, mode=0o644):
    entry = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    record.append(f"{name},sha256={digest},{len(data)}")


with zipfile.ZipFile(path, "w") as archive:
    with open(os.path.join(here, "perforin", "__init__.py"), "rb") as file:
        add(archive, "perforin/__init__.py", file.read())
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            source = os.path.join(root, name)
            with open(source, "rb") as file:
                inside = os.path.join("perforin/program", os.path.relpath(source, folder))
                add(archive, inside, file.read(), 0o755 if os.access(source, os.X_OK) else 0o644)
    add(archive, f"{info}/METADATA", metadata.encode())
    add(archive, f"{info}/WHEEL", wheel.encode())
    add(archive, f"{info}/entry_points.txt", b"[console_scripts]\nperforin = perforin:main\n")
    name = f"{info}/RECORD"
    entry = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100644 << 16
    archive.writestr(entry, "\n".join([*record, f"{name},,"]) + "\n")
print(path)
