"""The key that signs mobile clients' tokens: from the environment, or made once for a laptop."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def local_signing_key(folder: Path) -> str:
    """The PEM of this laptop's RSA key, made on first use. Safe when several processes start at once."""
    path = folder / "jwt.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f".jwt.{os.getpid()}.pem"
        made.touch(mode=0o600)
        made.write_bytes(
            rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        try:
            # A link appears whole or not at all, and only the first process's stays.
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text()
