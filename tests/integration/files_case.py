"""What the tests of files share: forms with files, uploads, and what lies on the disk."""
import time

from harness import DeskCase

MIB = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\x1f\x15\xc4\x89"
CFDI = '<?xml version="1.0" encoding="UTF-8"?><cfdi:Comprobante Folio="Ñ1"/>'.encode()
SITE = "https://www.fel.mx"
BOUNDARY = "----prueba7391"


def part(name, content, file_name=None, media_type=None):
    """One part of a form; `file_name` goes as it is, between quotes."""
    name = name.encode() if isinstance(name, str) else name
    head = b'--' + BOUNDARY.encode() + b'\r\nContent-Disposition: form-data; name="' + name + b'"'
    if file_name is not None:
        head += b'; filename="' + (file_name.encode() if isinstance(file_name, str) else file_name) + b'"'
    if media_type is not None:
        head += b"\r\nContent-Type: " + media_type.encode()
    return head + b"\r\n\r\n" + content + b"\r\n"


def form(*parts):
    return b"".join(parts) + b"--" + BOUNDARY.encode() + b"--\r\n"


class FilesCase(DeskCase):
    def post(self, body, token=None, query="", **options):
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **options.pop("headers", {})}
        return self.http.post("/api/v1/files" + query, body, token=token, headers=headers, **options)

    def upload(self, token, content=b"hola", name="nota.txt", media_type="text/plain", **options):
        """The answer to one upload."""
        return self.post(form(part("file", content, name, media_type)), token, **options)

    def file(self, token, *args, **options):
        """FILE of an upload that is taken."""
        answer = self.upload(token, *args, **options)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json()["file"]

    def get(self, file, token=None, **options):
        return self.http.get(f"/api/v1/files/{file}", token=token, **options)

    def on_disk(self):
        """The regular files below DATA/files: blobs and what is coming in."""
        root = self.server.data / "files"
        return sorted(path for path in root.rglob("*") if path.is_file())

    def settled(self):
        """The same once nothing is coming in: what was refused is deleted after its answer."""
        give_up = time.monotonic() + 10
        while any(path.parent.name == "incoming" for path in self.on_disk()) and time.monotonic() < give_up:
            time.sleep(0.01)
        return self.on_disk()

    async def token(self):
        """A fresh visitor's."""
        return (await self.visitor()).token
