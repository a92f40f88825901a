"""How a signature is put into a PDF, so that it stays PDF/UA-1 and PDF/A-3."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from intake.pdf_streams import ATTEMPTS, is_settled

if TYPE_CHECKING:
    from intake.signing import Signer

_name = generic.NameObject


class _Addition(IncrementalPdfFileWriter):
    """What is added to a document: its metadata, and the PDF/A-3 in it, stay as they are."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        super().ensure_output_version(min(version, (1, 7)))

    def _update_meta(self) -> None:
        """Nothing: pyHanko would write XMP of its own, which is no PDF/A."""


def sign(
    signer: Signer, pdf: bytes, field: str, *, label: str, reason: str, password: str | None
) -> bytes:
    """The document with an invisible signature in a field of that name, added to what it was."""
    signed = b""
    for attempt in range(ATTEMPTS):
        signed = _sign(signer, pdf, field, label, reason, password, attempt)
        if is_settled(signed[len(pdf) :]):
            break
    return signed


def _sign(
    signer: Signer,
    pdf: bytes,
    field: str,
    label: str,
    reason: str,
    password: str | None,
    attempt: int,
) -> bytes:
    writer = _Addition(io.BytesIO(pdf))
    if password is not None:
        writer.encrypt(password)
    for _again in range(attempt):
        writer.add_object(generic.DictionaryObject())
    # no box: it is not seen; the label is what a screen reader says
    fields.append_signature_field(
        writer, fields.SigFieldSpec(field, readable_field_name=label, box=None)
    )
    _tag(writer)
    how = signers.PdfSignatureMetadata(
        field_name=field,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        name=signer.name,
        reason=reason,
    )
    return bytes(signers.PdfSigner(how, _hand(signer)).sign_pdf(writer).getvalue())


def _tag(writer: IncrementalPdfFileWriter) -> None:
    """Gives the field its place in the order of reading, at the end."""
    widget_ref = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    tree_ref = writer.root.raw_get("/StructTreeRoot")
    tree = tree_ref.get_object()
    whole = tree["/K"]
    whole_ref = whole.raw_get(0) if isinstance(whole, generic.ArrayObject) else tree.raw_get("/K")
    widget = widget_ref.get_object()
    at = generic.DictionaryObject(
        {
            _name("/Type"): _name("/OBJR"),
            _name("/Obj"): widget_ref,
            _name("/Pg"): widget.raw_get("/P"),
        }
    )
    form = generic.DictionaryObject(
        {
            _name("/Type"): _name("/StructElem"),
            _name("/S"): _name("/Form"),
            _name("/P"): whole_ref,
            _name("/Pg"): widget.raw_get("/P"),
            _name("/K"): generic.ArrayObject([at]),
        }
    )
    form_ref = writer.add_object(form)
    document = whole_ref.get_object()
    document["/K"].append(form_ref)
    parents = tree["/ParentTree"]
    numbers = parents["/Nums"]
    key = max((int(number) for number in list(numbers)[::2]), default=-1) + 1
    numbers.append(generic.NumberObject(key))
    numbers.append(form_ref)
    widget[_name("/StructParent")] = generic.NumberObject(key)
    if "/ParentTreeNextKey" in tree:
        tree[_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    for changed in (widget, document, numbers, parents, tree):
        writer.update_container(changed)


class _Hand(signers.SimpleSigner):
    """Signs with a key that is loaded once: loading an RSA key anew for each document takes a quarter of a second."""

    def __init__(self, signer: Signer) -> None:
        known = SimpleCertificateStore()
        known.register_multiple([_asn1(one) for one in signer.chain])
        super().__init__(_asn1(signer.certificate), None, known)
        self._key = signer.key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        algorithm = hashes.SHA256()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        signed: bytes = self._key.sign(data, ec.ECDSA(algorithm))
        return signed


@lru_cache(maxsize=4)
def _hand(signer: Signer) -> _Hand:
    return _Hand(signer)


def _asn1(certificate: x509.Certificate) -> Any:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


__all__ = ["sign"]
