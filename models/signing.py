"""Signatures by key: the algorithm is the key's, nothing in a signed text may choose it.

An algorithm is an object with the methods of :class:`Algorithm`, put into ``ALGORITHMS`` under
its name; keys name it. Ed25519 (RFC 8032) is built in. A city that must sign by SM2 adds an adapter
over its own certified module under another name; nothing else changes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KID_CHARACTERS = 8
_PURPOSE = b"greenfreight signing key 1"


class Algorithm(Protocol):
    """What signs and verifies with raw keys."""

    def private(self, seed: bytes) -> bytes:
        """The private key that 32 random bytes stand for."""
        ...

    def public(self, private: bytes) -> bytes:
        """The public key of a private one."""
        ...

    def sign(self, private: bytes, message: bytes) -> bytes:
        """The signature of ``message``."""
        ...

    def verifies(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's of this message."""
        ...


class Ed25519:
    """Ed25519 (RFC 8032); keys are the raw 32 bytes."""

    def private(self, seed: bytes) -> bytes:
        """The private key that 32 random bytes stand for: the bytes themselves."""
        return Ed25519PrivateKey.from_private_bytes(seed).private_bytes_raw()

    def public(self, private: bytes) -> bytes:
        """The public key of a private one."""
        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, message: bytes) -> bytes:
        """The signature of ``message``."""
        return Ed25519PrivateKey.from_private_bytes(private).sign(message)

    def verifies(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's of this message."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


DEFAULT = "Ed25519"
ALGORITHMS: Mapping[str, Algorithm] = {DEFAULT: Ed25519()}
"""By name, as keys name them."""


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A key that verifies; ``kid`` is drawn from it, so that one name never means two keys."""

    kid: str
    algorithm: str
    public: bytes

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's; False where its algorithm is not known here."""
        known = ALGORITHMS.get(self.algorithm)
        return known is not None and known.verifies(self.public, message, signature)


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key with its public half."""

    key: PublicKey
    private: bytes

    def sign(self, message: bytes) -> bytes:
        """The signature of ``message``."""
        return ALGORITHMS[self.key.algorithm].sign(self.private, message)


def kid_of(algorithm: str, public: bytes) -> str:
    """The name of a key: the beginning of the SHA-256 of algorithm and key, in base 32."""
    digest = hashlib.sha256(algorithm.encode() + b"\0" + public).digest()
    return base64.b32encode(digest).decode()[:KID_CHARACTERS]


def signing_key(secret: str, algorithm: str = DEFAULT) -> SigningKey:
    """The key pair that a secret of the installation stands for."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    private = ALGORITHMS[algorithm].private(seed)
    public = ALGORITHMS[algorithm].public(private)
    key = PublicKey(kid=kid_of(algorithm, public), algorithm=algorithm, public=public)
    return SigningKey(key=key, private=private)
